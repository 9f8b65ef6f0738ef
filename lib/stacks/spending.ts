import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { Observability } from '../config';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface SpendingProps extends MeridianStackProps {
  /** The declared budget. */
  readonly budget: NonNullable<Observability['budget']>;
  /** ARN of the alarms' topic in us-east-1, which is there already. @default only addresses are told */
  readonly topicArn?: string;
}

/**
 * Who is told what the account costs, once for all Regions: budgets are of no Region, and us-east-1 is
 * where CloudFormation has them. It counts the whole account: parts of it are told apart by tags that
 * the payer has to activate first. Without a name of its own, because whatever is changed of whom it
 * tells makes another budget, and the first still has the name then. Whoever hears of alarms in us-east-1
 * hears of it too.
 *
 * @see https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
 */
export class Spending extends MeridianStack {
  public constructor(
    scope: Construct,
    id: string,
    { deployment, budget, topicArn }: SpendingProps,
  ) {
    super(scope, id, {
      deployment,
      kind: 'spending',
      region: deployment.edgeRegion,
      regional: false,
      stateful: false,
      description: `${deployment.name}: budget of the account`,
    });
    const told: readonly CfnBudget.SubscriberProperty[] = [
      ...budget.emails.map((address) => ({ address, subscriptionType: 'EMAIL' })),
      ...(topicArn === undefined ? [] : [{ address: topicArn, subscriptionType: 'SNS' }]),
    ];
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: budget.usdPerMonth, unit: 'USD' },
      },
      notificationsWithSubscribers: [
        ...budget.spentPercents.map((percent) => notification('ACTUAL', percent, told)),
        ...budget.expectedPercents.map((percent) => notification('FORECASTED', percent, told)),
      ],
    });
  }
}

function notification(
  notificationType: 'ACTUAL' | 'FORECASTED',
  threshold: number,
  subscribers: readonly CfnBudget.SubscriberProperty[],
): CfnBudget.NotificationWithSubscribersProperty {
  return {
    notification: {
      ...{ notificationType, threshold },
      comparisonOperator: 'GREATER_THAN',
      thresholdType: 'PERCENTAGE',
    },
    subscribers: [...subscribers],
  };
}

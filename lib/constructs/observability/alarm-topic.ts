import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { budgetsOf } from '../../config';

export interface AlarmTopicProps {
  /** Computed name, the same in every Region. */
  readonly topicName: string;
  /** ARN that follows from the name. */
  readonly topicArn: string;
  /** Alias of the Region's data key, which CloudWatch may use. */
  readonly keyAlias: string;
  /** Account whose alarms may publish. */
  readonly account: string;
  /** Whether the account's budgets publish too. @default false */
  readonly budgets?: boolean;
}

/**
 * Where a Region's alarms go, encrypted. Each Region has its own, so that one that is lost takes no
 * other's alarms with it. Who is called is subscribed by the operators: docs/runbook.md says how.
 */
export class AlarmTopic extends Construct {
  public constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Resource', {
      topicName: props.topicName,
      kmsMasterKeyId: props.keyAlias,
    });
    const { account, topicArn } = props;
    const publish = (service: string, source: object): object =>
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account }, ...source },
      }).toStatementJson() as object;
    const budgets = { ArnLike: { 'aws:SourceArn': budgetsOf(account) } };
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          publish('cloudwatch.amazonaws.com', {}),
          ...(props.budgets === true ? [publish('budgets.amazonaws.com', budgets)] : []),
        ],
      },
    });
  }
}

import { resolveDeployment } from '../../lib/config';
import singleServer from '../../lib/config/declarations/single-server';
import strong from '../../lib/config/declarations/strong';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

const budgetsOf = ({ stacks }: Synthesized) =>
  [...stacks.values()].flatMap(({ id, region, template }) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Budgets::Budget')
      .map(({ Properties }) => ({ id, region, properties: Properties! })),
  );

test('a budget stands once for all Regions, and tells of what is spent and what is expected', async () => {
  const [budget, ...others] = budgetsOf(await synthesizedFrom(resolveDeployment(strong)));
  expect(others).toEqual([]);
  expect(budget).toMatchObject({ id: 'Spending', region: 'us-east-1' });
  const told = (NotificationType: string, Threshold: number) => ({
    Notification: {
      ...{ NotificationType, Threshold },
      ComparisonOperator: 'GREATER_THAN',
      ThresholdType: 'PERCENTAGE',
    },
    Subscribers: [{ Address: 'costs@example.com', SubscriptionType: 'EMAIL' }],
  });
  expect(budget!.properties).toEqual({
    Budget: {
      BudgetLimit: { Amount: 6000, Unit: 'USD' },
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
    },
    NotificationsWithSubscribers: [
      told('ACTUAL', 80),
      told('ACTUAL', 100),
      told('FORECASTED', 100),
    ],
  });
});

test('one server may have one, and whoever declares none has none', async () => {
  const budget = { usdPerMonth: 60, emails: ['costs@example.com'] };
  const declared = { ...singleServer, observability: { budget } };
  expect(budgetsOf(await synthesizedFrom(resolveDeployment(declared)))).toHaveLength(1);
  expect(budgetsOf(await synthesized())).toEqual([]);
});

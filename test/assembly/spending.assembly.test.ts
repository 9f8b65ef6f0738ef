import { resolveDeployment } from '../../lib/config';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import singleServer from '../../lib/config/declarations/single-server';
import strong from '../../lib/config/declarations/strong';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:meridian-alarms';

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
    Subscribers: [
      { Address: 'costs@example.com', SubscriptionType: 'EMAIL' },
      { Address: TOPIC, SubscriptionType: 'SNS' },
    ],
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

const BUDGETS = 'budgets.amazonaws.com';
const OF_THE_ACCOUNT = {
  StringEquals: { 'aws:SourceAccount': '123456789012' },
  ArnLike: { 'aws:SourceArn': 'arn:aws:budgets::123456789012:*' },
};

/** Statements of policies of topics and keys that let budgets in, with the stack of each. */
const admissions = ({ stacks }: Synthesized) =>
  [...stacks.values()].flatMap(({ id, template }) =>
    Object.values(template.Resources).flatMap(({ Properties: it = {} }) => {
      const { Statement: all = [] } = (it['PolicyDocument'] ?? it['KeyPolicy'] ?? {}) as {
        Statement?: { Action: unknown; Principal?: unknown; Condition?: unknown }[];
      };
      return all
        .filter(({ Principal }) => JSON.stringify([Principal]).includes(BUDGETS))
        .map(({ Action, Condition }) => ({ id, Action, Condition }));
    }),
  );

test.each([
  [
    'a Region that serves',
    strong,
    ['us-east-1', 'us-east-2'].map((it) => `Foundation-${it}`),
    'Alarms-us-east-1',
  ],
  [
    'no Region that serves',
    { ...loadBalanced, regions: { 'eu-central-1': {} } },
    ['EdgeFoundation', 'Foundation-eu-central-1'],
    'HealthAlarms',
  ],
])(
  'a budget rings the topic of us-east-1, through its key, with %s there',
  async (_, base, keys, topic) => {
    const { budget } = strong.observability!;
    const deployment = resolveDeployment({ ...base, observability: { budget } });
    const assembly = await synthesizedFrom(deployment);
    const admitted = admissions(assembly);
    for (const { Condition } of admitted) expect(Condition).toEqual(OF_THE_ACCOUNT);
    const of = (action: unknown) =>
      admitted
        .filter(({ Action }) => JSON.stringify(Action) === JSON.stringify(action))
        .map(({ id }) => id)
        .sort();
    expect(of(['kms:Decrypt', 'kms:GenerateDataKey*'])).toEqual(keys);
    expect(of('sns:Publish')).toContain(topic);
    expect(admitted).toHaveLength(keys.length + of('sns:Publish').length);
    const topics = [...assembly.stacks.values()]
      .filter(({ template }) =>
        Object.values(template.Resources).some(({ Type }) => Type === 'AWS::SNS::Topic'),
      )
      .map(({ id }) => id);
    expect(topics).toContain(topic);
    // Whoever is told must be there, and let budgets in, before the budget is made.
    expect(assembly.stacks.get('Spending')!.dependencies).toContain(topic);
  },
);

test('one server may have one, and whoever declares none has none', async () => {
  const budget = { usdPerMonth: 60, emails: ['costs@example.com'] };
  const declared = { ...singleServer, observability: { budget } };
  const alone = await synthesizedFrom(resolveDeployment(declared));
  expect(budgetsOf(alone)).toHaveLength(1);
  expect(JSON.stringify(budgetsOf(alone))).not.toContain('"SNS"');
  const none = await synthesized();
  expect([budgetsOf(none), admissions(none)]).toEqual([[], []]);
});

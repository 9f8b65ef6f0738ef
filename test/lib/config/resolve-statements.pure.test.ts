import { resolveDeployment, storesOf } from '../../../lib/config';
import type { GrowthStage } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const declared = (store: object) => ({
  ...reference,
  stores: { main: { engine: 'aurora', ...store } },
});
const storeOf = (store: object, declaration: object = declared(store)) =>
  storesOf(resolveDeployment(declaration), 'aurora')[0]!;

it('logs what takes a second and stops what is forgotten, where nothing is said', () => {
  const { statements, logicalReplication, databaseInsights } = storeOf({});
  expect(statements).toEqual({
    logSlowerThanMs: 1000,
    timeoutSeconds: 3600,
    idleInTransactionSeconds: 60,
  });
  expect([logicalReplication, databaseInsights]).toEqual([false, 'standard']);
});

it('keeps every property of statements, of replication and of insights', () => {
  const statements = {
    logSlowerThanMs: 250,
    explainSlowerThanMs: 2000,
    timeoutSeconds: 120,
    idleInTransactionSeconds: 15,
  };
  const all = { statements, logicalReplication: true, databaseInsights: 'advanced' };
  expect(storeOf(all)).toMatchObject(all);
});

it('takes false for no plans and no last stop', () => {
  const { statements } = storeOf({
    statements: { explainSlowerThanMs: false, timeoutSeconds: false },
  });
  expect([statements.explainSlowerThanMs, statements.timeoutSeconds]).toEqual([
    undefined,
    undefined,
  ]);
});

it.each<[GrowthStage, string]>([
  ['load-balanced', 'standard'],
  ['replicated', 'standard'],
])('at stage %s has insights that are %s', (stage, expected) => {
  const regions = { 'eu-central-1': {} };
  const { databaseInsights } = storeOf({}, { ...declared({}), stage, regions });
  expect(databaseInsights).toBe(expected);
});

it('sees the many clusters of a sharded deployment together', () => {
  const { databaseInsights } = storeOf({}, { ...declared({}), stage: 'sharded' });
  expect(databaseInsights).toBe('advanced');
});

it('tells all faults at once, each with what is allowed', () => {
  const statements = {
    logSlowerThanMs: 0,
    timeoutSeconds: 'long',
    idleInTransactionSeconds: 86_401,
    slow: 1,
  };
  const faults = faultsIn(
    declared({ statements, logicalReplication: 1, databaseInsights: 'expert' }),
  );
  expect(faults.map(({ path, found, allowed }) => `${path}: ${found}; ${allowed}`).sort()).toEqual([
    'stores.main.databaseInsights: "expert"; "standard", "advanced"',
    'stores.main.logicalReplication: 1; true or false',
    'stores.main.statements.idleInTransactionSeconds: 86401; a whole number of 1 to 86400',
    'stores.main.statements.logSlowerThanMs: 0; a whole number of 1 to 3600000',
    expect.stringMatching(/^stores\.main\.statements\.slow: an unknown property; /),
    'stores.main.statements.timeoutSeconds: "long"; a whole number of 1 to 86400, or false',
  ]);
});

it('refuses plans of statements that are not logged themselves', () => {
  const statements = { logSlowerThanMs: 500, explainSlowerThanMs: 100 };
  expect(faultsIn(declared({ statements }))).toMatchObject([
    {
      path: 'stores.main.statements.explainSlowerThanMs',
      allowed: 'a whole number of 500 to 3600000, or false',
    },
  ]);
});

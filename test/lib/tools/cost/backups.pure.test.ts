import Ajv from 'ajv';
import schema from '../../../../docs/schemas/cost.schema.json';
import { standingCost } from '../../../../lib/tools/cost';
import { ASSUMED, assumptionsOf } from '../../../../lib/tools/cost/assumptions';
import { formatReport } from '../../../../lib/tools/cost/format';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const LEDGER = 'arn:aws:dsql:us-east-2:123456789012:cluster';
const ARN = {
  cluster: 'arn:aws:rds:us-east-2:123456789012:cluster:main',
  graph: 'arn:aws:rds:us-east-2:123456789012:cluster:circles',
  table: 'arn:aws:dynamodb:us-east-2:123456789012:table/topology',
  bucket: 'arn:aws:s3:::uploads',
  dsql: { 'Fn::Join': ['/', [LEDGER, { 'Fn::GetAtt': ['Ledger', 'Identifier'] }]] },
} as const;
const COPY = 'arn:aws:backup:eu-central-1:210987654321:backup-vault:central';

const rule = (more: object = {}) => ({
  RuleName: 'snapshot',
  ScheduleExpression: 'cron(0 3 * * ? *)',
  Lifecycle: { DeleteAfterDays: 35 },
  ...more,
});

/** The report of one plan in Ohio. */
function costOf(of: keyof typeof ARN, rules: readonly object[], assume?: string) {
  const Resources = {
    Graph: { Type: 'AWS::Neptune::DBCluster', Properties: { DBClusterIdentifier: 'circles' } },
    Ledger: { Type: 'AWS::DSQL::Cluster' },
    Plan: {
      Type: 'AWS::Backup::BackupPlan',
      Properties: { BackupPlan: { BackupPlanName: 'plan', BackupPlanRule: rules } },
    },
    Selection: {
      Type: 'AWS::Backup::BackupSelection',
      Properties: {
        BackupPlanId: { Ref: 'Plan' },
        BackupSelection: { SelectionName: 'plan', Resources: [ARN[of]] },
      },
    },
  };
  const assembly = fixtures.load({ Stack: { region: 'us-east-2', template: { Resources } } });
  return standingCost(assembly, assumptionsOf(assume));
}

const linesOf = (...args: Parameters<typeof costOf>) =>
  costOf(...args).backups.lines.map(
    ({ kind, kept, region, gb, perMonth }) => `${kind} ${kept} ${region} ${gb} GB = ${perMonth}`,
  );

test('of clusters and tables each backup is a whole one, as long as it is kept', () => {
  expect(linesOf('cluster', [rule()])).toEqual(['cluster backup us-east-2 3500 GB = 73.5']);
  expect(linesOf('graph', [rule()])).toEqual(['graph backup us-east-2 3500 GB = 73.5']);
  expect(linesOf('table', [rule()])).toEqual(['table backup us-east-2 35 GB = 3.5']);
});

test('of a bucket the first is whole, and the others what has changed', () => {
  expect(linesOf('bucket', [rule()])).toEqual(['bucket backup us-east-2 205 GB = 10.25']);
});

test('copies are counted where they lie, for as long as they are kept there', () => {
  const copies = [{ DestinationBackupVaultArn: COPY, Lifecycle: { DeleteAfterDays: 70 } }];
  const lines = [
    'cluster backup us-east-2 3500 GB = 73.5',
    'cluster copy eu-central-1 7000 GB = 147',
  ];
  expect(linesOf('cluster', [rule({ CopyActions: copies })])).toEqual(lines);
  const { backups, total } = costOf('cluster', [rule({ CopyActions: copies })]);
  expect([backups.perMonth, total.perMonth]).toEqual([220.5, 0]);
  expect(backups.lines[1]?.account).toBe('210987654321');
});

test('of DSQL is told how much is kept, and that its price is not known', () => {
  const copies = [{ DestinationBackupVaultArn: COPY, Lifecycle: { DeleteAfterDays: 70 } }];
  const report = costOf('dsql', [rule({ CopyActions: copies })], 'dsql=10');
  const { lines, unknown, unpriced, perMonth } = report.backups;
  expect([lines, unknown, perMonth]).toEqual([[], [], 0]);
  expect(unpriced).toMatchObject([
    { resource: `${LEDGER}/Stack/Ledger`, kept: 'backup', region: 'us-east-2', gb: 350 },
    { resource: `${LEDGER}/Stack/Ledger`, kept: 'copy', region: 'eu-central-1', gb: 700 },
  ]);
  expect(formatReport(report)).toContain(
    'dsql copy eu-central-1: 700 GB, at a price that is not known',
  );
  expect(new Ajv().compile(schema)(report)).toBe(true);
});

test('more backups a day are more of them; a continuous one keeps changes alone', () => {
  const often = rule({ ScheduleExpression: 'cron(0 0/6 * * ? *)' });
  const any = rule({ EnableContinuousBackup: true, Lifecycle: { DeleteAfterDays: 14 } });
  expect(linesOf('cluster', [often, any])).toEqual([
    'cluster backup us-east-2 14000 GB = 294',
    'cluster backup us-east-2 42 GB = 0.882',
  ]);
});

test('what is assumed can be said, and is said in the report', () => {
  const report = costOf('cluster', [rule()], 'cluster=200,change=10');
  expect(report.backups.perMonth).toBe(147);
  expect(report.backups.assumed).toEqual({ ...ASSUMED, cluster: 200, change: 10 });
  expect(formatReport(report)).toContain('at the most $147.00 a month');
  expect(formatReport(report)).toContain('200 GB a cluster');
  expect(formatReport(report)).toContain('10 % of it changed in a day');
});

test.each([
  ['no end', { Lifecycle: {} }],
  ['a schedule of its own', { ScheduleExpression: 'cron(0 3 ? * MON *)' }],
])('a plan of %s is unknown, and told', (_, more) => {
  const report = costOf('cluster', [rule(more)]);
  expect([report.backups.lines, report.backups.unknown]).toEqual([[], ['Stack/Plan']]);
  expect(formatReport(report)).toContain('Stack/Plan: does not say');
});

test('the report is as its schema says', () => {
  const validate = new Ajv().compile(schema);
  const report = costOf('bucket', [rule()]);
  expect([validate(report), validate.errors]).toEqual([true, null]);
});

test('all that is wrong with what is assumed is told at once', () => {
  const wrong = () => assumptionsOf('cluster=-1,disk=5,change=101,table=');
  expect(wrong).toThrow('"cluster=-1", "disk=5", "change=101", "table="');
  expect(wrong).toThrow('allowed: NAME=NUMBER of cluster, graph, dsql, table, bucket, change');
});

import { ApproverRole, PlanRole } from '../../../../lib/constructs/recovery';
import { ACCOUNT, only, statements, templateOf } from '../../../support/stack';

const REGIONS = ['eu-central-1', 'us-east-2'];

test('with minimal properties a plan may do nothing but be evaluated', () => {
  const template = templateOf((stack) => {
    new PlanRole(stack, 'Plan', { account: ACCOUNT, regions: REGIONS });
  });
  expect(only(template, 'AWS::IAM::Role')).toMatchObject({
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Principal: { Service: 'arc-region-switch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
        },
      ],
    },
  });
  expect(statements(template).map(({ Action }) => Action)).toEqual(['iam:SimulatePrincipalPolicy']);
});

test('with every property it moves these databases, starts these plans and reads these alarms', () => {
  const clusters = REGIONS.map((region) => `arn:aws:rds:${region}:${ACCOUNT}:cluster:one`);
  const template = templateOf((stack) => {
    new PlanRole(stack, 'Plan', {
      ...{ account: ACCOUNT, regions: REGIONS, globalClusters: ['one'], clusters },
      ...{ children: ['arn:child'], alarms: ['arn:alarm'] },
    });
  });
  const [move, look, start, watch] = statements(template);
  expect(move).toMatchObject({
    Action: ['rds:FailoverGlobalCluster', 'rds:SwitchoverGlobalCluster'],
    Resource: [`arn:aws:rds::${ACCOUNT}:global-cluster:one`, ...clusters],
  });
  expect(look?.['Action']).toEqual(['rds:DescribeDBClusters', 'rds:DescribeGlobalClusters']);
  expect(start).toMatchObject({ Resource: 'arn:child' });
  expect(watch).toMatchObject({ Resource: 'arn:alarm' });
});

test('with a report it writes below one prefix of one bucket of its account, and reads what children did', () => {
  const template = templateOf((stack) => {
    new PlanRole(stack, 'Plan', {
      ...{ account: ACCOUNT, regions: REGIONS, children: ['arn:child'] },
      report: { bucketName: 'reports', prefix: 'plan' },
    });
  });
  const [start, write] = statements(template);
  expect(start?.['Action']).toContain('arc-region-switch:ListPlanExecutionEvents');
  expect(write).toEqual({
    Action: 's3:PutObject',
    Effect: 'Allow',
    Resource: 'arn:aws:s3:::reports/plan/*',
    Condition: { StringEquals: { 's3:ResourceAccount': ACCOUNT } },
  });
});

test('approvers need a second factor, and can do nothing but approve these plans', () => {
  const template = templateOf((stack) => {
    new ApproverRole(stack, 'Approver', { account: ACCOUNT }).mayApprove(['arn:plan']);
  });
  expect(JSON.stringify(only(template, 'AWS::IAM::Role'))).toContain(
    '"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}',
  );
  expect(statements(template)).toEqual([
    {
      Action: 'arc-region-switch:ApprovePlanExecutionStep',
      Effect: 'Allow',
      Resource: 'arn:plan',
    },
  ]);
});

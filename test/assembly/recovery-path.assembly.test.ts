import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveDeployment } from '../../lib/config';
import sharded from '../../lib/config/declarations/sharded';
import strong from '../../lib/config/declarations/strong';
import { ROOT, synthesized, synthesizedFrom } from '../support/assembly';
import type { Resource, Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

/** Whatever plans may do: move databases, start each other, read, and ask whether they could. */
const ACTIONS =
  /^(rds:(Failover|Switchover)GlobalCluster|rds:Describe\w+|cloudwatch:DescribeAlarm\w+|arc-region-switch:(Start|Get|List|Cancel|Update|Approve)Plan\w+|iam:SimulatePrincipalPolicy)$/;
/** Blocks of steps that do their work where a Region is lost, and edit no name, no right and no door. */
const BLOCKS = ['AuroraGlobalDatabase', 'ManualApproval', 'Parallel', 'ARCRegionSwitchPlan'];

interface Step {
  readonly ExecutionBlockType: string;
  readonly ExecutionBlockConfiguration: Readonly<Record<string, Record<string, unknown>>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

function resourcesOf({ stacks }: Synthesized, type: string): readonly Resource[] {
  const { Resources } = stacks.get('Recovery')!.template;
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

const planOf = ({ Properties }: Resource) =>
  Properties as { Name: string; Workflows: { Steps: Step[] }[]; Triggers?: unknown };

/** Steps of a workflow and those inside of them. */
function every(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => {
    const inner = step.ExecutionBlockConfiguration['ParallelConfig']?.['Steps'] ?? [];
    return [step, ...every(inner as Step[])];
  });
}

describe.each([
  ['multi-region', () => synthesized()],
  ['sharded', () => synthesizedFrom(resolveDeployment(sharded))],
])('the path of recovery of %s', (_name, make) => {
  let assembly: Synthesized;
  let plans: readonly ReturnType<typeof planOf>[];
  beforeAll(async () => {
    assembly = await make();
    plans = resourcesOf(assembly, 'AWS::ARCRegionSwitch::Plan').map(planOf);
  });

  test('changes no record, no right, no certificate and no distribution: no role of it could', () => {
    const policies = resourcesOf(assembly, 'AWS::IAM::Policy');
    expect(policies.length).toBeGreaterThan(plans.length);
    const actions = policies.flatMap(({ Properties }) => {
      const { Statement: all } = Properties!['PolicyDocument'] as { Statement: Statement[] };
      return all.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? [Action].flat() : []));
    });
    expect(actions).toContain('rds:FailoverGlobalCluster');
    expect(actions.filter((action) => !ACTIONS.test(action))).toEqual([]);
    for (const { Properties } of resourcesOf(assembly, 'AWS::IAM::Role'))
      expect([Properties!['ManagedPolicyArns'], Properties!['Policies']]).toEqual([
        undefined,
        undefined,
      ]);
  });

  test('has no step that is left out where a Region is lost: no function, and databases that are promoted', () => {
    const steps = plans.flatMap(({ Workflows }) => Workflows.flatMap((it) => every(it.Steps)));
    expect([...new Set(steps.map((it) => it.ExecutionBlockType))].sort()).toEqual(
      BLOCKS.filter((type) => steps.some((it) => it.ExecutionBlockType === type)).sort(),
    );
    const databases = steps.filter((it) => it.ExecutionBlockType === 'AuroraGlobalDatabase');
    expect(databases.length).toBeGreaterThan(0);
    for (const { ExecutionBlockConfiguration: it } of databases)
      expect(it['GlobalAuroraConfig']).toMatchObject({
        Behavior: 'switchoverOnly',
        Ungraceful: { Ungraceful: 'failover' },
      });
  });

  test('has plans that nothing starts by itself, each of a name of its own', () => {
    expect(plans.map(({ Triggers }) => Triggers)).toEqual(plans.map(() => undefined));
    expect(new Set(plans.map(({ Name }) => Name)).size).toBe(plans.length);
  });
});

test('reports go below the name of each plan into a bucket that keeps them, by a right of that plan alone', async () => {
  const assembly = await synthesizedFrom(resolveDeployment(strong));
  const BUCKET = 'meridian-123456789012-us-east-2-reports';
  const plans = resourcesOf(assembly, 'AWS::ARCRegionSwitch::Plan');
  expect(plans.length).toBeGreaterThan(0);
  const paths = plans.map(({ Properties }) => {
    const name = String(Properties!['Name']);
    expect(Properties!['ReportConfiguration']).toEqual({
      ReportOutput: [
        { S3Configuration: { BucketOwner: '123456789012', BucketPath: `${BUCKET}/${name}` } },
      ],
    });
    return `arn:aws:s3:::${BUCKET}/${name}/*`;
  });
  const written = resourcesOf(assembly, 'AWS::IAM::Policy').flatMap(({ Properties }) => {
    const { Statement: all } = Properties!['PolicyDocument'] as {
      Statement: (Statement & { Resource: string })[];
    };
    return all.filter(({ Action }) => Action === 's3:PutObject').map(({ Resource }) => Resource);
  });
  expect(written.sort()).toEqual(paths.sort());
  const { stacks } = assembly;
  const kept = stacks.get('RecoveryReports')!;
  expect([kept.region, kept.terminationProtection]).toEqual(['us-east-2', true]);
  expect(stacks.get('Recovery')!.dependencies).toContain('RecoveryReports');
  const [bucket] = Object.values(kept.template.Resources).filter(
    ({ Type }) => Type === 'AWS::S3::Bucket',
  );
  expect(bucket).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: {
      BucketName: BUCKET,
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 400, Status: 'Enabled' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      VersioningConfiguration: { Status: 'Enabled' },
    },
  });
  expect(bucket!.Properties).toHaveProperty('BucketEncryption');
  expect(kept.text).toContain('"aws:SecureTransport": "false"');
});

test('the steps of the runbook start a plan and move a fence, and call nothing else', () => {
  const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
  const [, entry = ''] = /^### Region switch plans\n([^]*?)^### /m.exec(runbook) ?? [];
  const called = [...entry.matchAll(/\b(aws [\w-]+ [\w-]+|npx meridian \w+|(?:npx )?cdk \w+)/g)];
  expect([...new Set(called.map(([, command]) => command))].sort()).toEqual([
    'aws arc-region-switch start-plan-execution',
    'npx meridian evacuate',
  ]);
});

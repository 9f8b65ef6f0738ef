import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { App, BootstraplessSynthesizer, CfnResource, Stack } from 'aws-cdk-lib';
import Ajv from 'ajv';
import schema from '../../../../../docs/schemas/deploy.schema.json';
import type { DeploymentReport } from '../../../../../lib/tools/operations/deploy';
import { HASTEN } from '../../../../support/emulator/cdk';
import { Account } from '../../../../support/emulator/client';
import { ACCOUNT, Emulator } from '../../../../support/emulator/emulator';
import { meridian } from '../../../../support/emulator/meridian';
import { eventually } from '../../../../support/processes';

const [FRANKFURT, COLUMBUS, EDGE] = ['eu-central-1', 'us-east-2', 'us-east-1'] as const;

jest.setTimeout(120_000);

/** The tests are one story, told in order. */
let emulator: Emulator;
let account: Account;
const scratch = mkdtempSync(join(tmpdir(), 'meridian-waves-'));

beforeAll(async () => {
  emulator = await Emulator.start();
  account = new Account(emulator);
});

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** A migration function in the place of a Region's own: it says what it is told to say. */
const MIGRATION = `exports.handler = async (event) => {
  if ('contract' in event) {
    if (process.env.CONTRACT === 'fails') throw new Error('no database answers');
    return JSON.parse(process.env.CONTRACT);
  }
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = event;
  const answer = { Status: 'SUCCESS', PhysicalResourceId: 'migration' };
  const body = JSON.stringify({ ...answer, StackId, RequestId, LogicalResourceId });
  await fetch(ResponseURL, { method: 'PUT', body });
};`;
const NOTHING = JSON.stringify({ applied: [], held: [] });

/** @param reply of the function, as JSON, or \`fails\` */
function addMigration(stack: Stack, reply: string): void {
  const role = `arn:aws:iam::${ACCOUNT}:role/migration`;
  const migrate = new CfnResource(stack, 'Migrate', {
    type: 'AWS::Lambda::Function',
    properties: {
      ...{ FunctionName: 'waves-migration', Handler: 'index.handler', Runtime: 'nodejs22.x' },
      ...{ Role: role, Code: { ZipFile: MIGRATION } },
      Environment: { Variables: { CONTRACT: reply } },
    },
  });
  new CfnResource(stack, 'Migration', {
    type: 'Custom::MeridianMigration',
    properties: { ServiceToken: migrate.getAtt('Arn') },
  });
}

/** Two Regions and what stands before them: each a setting, and an alarm that rings where somebody says so. */
function assemblyOf(
  values: Readonly<Record<string, string>>,
  { refused, contracts = {} }: Ways = {},
): string {
  const outdir = mkdtempSync(join(scratch, 'assembly-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stacks = [FRANKFURT, COLUMBUS, EDGE].map((region) => {
    const env = { region, account: ACCOUNT };
    const synthesizer = new BootstraplessSynthesizer();
    const stack = new Stack(app, `Service-${region}`, { env, synthesizer });
    new CfnResource(stack, 'Setting', {
      type: 'AWS::SSM::Parameter',
      properties: { Name: `/waves/${region}`, Type: 'String', Value: values[region] ?? 'first' },
    });
    const errors = new CfnResource(stack, 'Alarm', {
      type: 'AWS::CloudWatch::Alarm',
      properties: {
        ...{ AlarmName: `errors-${region}`, Namespace: 'waves', MetricName: 'errors' },
        ...{ Statistic: 'Sum', Period: 60, EvaluationPeriods: 2, Threshold: 1 },
        ComparisonOperator: 'GreaterThanThreshold',
      },
    });
    // Rings from the first minute on, and says only that nobody knows.
    const unknown = new CfnResource(stack, 'Unknown', {
      type: 'AWS::CloudWatch::CompositeAlarm',
      properties: {
        AlarmName: `unknown-${region}`,
        AlarmRule: `INSUFFICIENT_DATA("errors-${region}")`,
      },
    });
    unknown.addResourceDependency(errors);
    if (region !== EDGE) addMigration(stack, contracts[region] ?? NOTHING);
    // Valid for the CDK; the service wants a subnet.
    if (region === refused) new CfnResource(stack, 'Gateway', { type: 'AWS::EC2::NatGateway' });
    return stack;
  });
  const [frankfurt, columbus, edge] = stacks;
  edge!.addStackDependency(frankfurt!);
  edge!.addStackDependency(columbus!);
  app.synth();
  return outdir;
}

interface Ways {
  /** Region whose deployment the service refuses. */
  readonly refused?: string;
  /** What migration functions say of contract steps, by Region. */
  readonly contracts?: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly code: number;
  readonly report: DeploymentReport;
  readonly progress: string;
}

/** The command as a person runs it; only its waiting for CloudFormation is shorter. */
async function deploy(assembly: string, ...options: readonly string[]): Promise<Outcome> {
  const args = ['deploy', assembly, '--json', ...options];
  const hastened = { NODE_OPTIONS: `--import ${HASTEN}` };
  const { code, stdout, stderr } = await meridian(emulator, args, hastened);
  return { code, report: JSON.parse(stdout) as DeploymentReport, progress: stderr };
}

const setting = async (region: string) => await account.parameter(region, `/waves/${region}`);
const outcomes = ({ waves }: DeploymentReport) =>
  waves.map(({ region, outcome }) => `${region} ${outcome}`);

function metrics(region: string): CloudWatchClient {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };
  return new CloudWatchClient({ region, endpoint: emulator.url, credentials });
}

async function say(region: string, StateValue: 'OK' | 'ALARM'): Promise<void> {
  const AlarmName = `errors-${region}`;
  await metrics(region).send(
    new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'said by a test' }),
  );
  const { MetricAlarms } = await metrics(region).send(
    new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
  );
  expect(MetricAlarms?.[0]?.StateValue).toBe(StateValue);
}

test('what is new is deployed one Region at a time, in the order of the stacks', async () => {
  const { code, report } = await deploy(assemblyOf({}), '--yes', '--bake', '0');
  expect([code, report.reason, outcomes(report)]).toEqual([
    0,
    null,
    [`${FRANKFURT} deployed`, `${COLUMBUS} deployed`, `${EDGE} deployed`],
  ]);
  const validate = new Ajv().compile(schema);
  expect([validate(report), validate.errors]).toEqual([true, null]);
  expect(await setting(EDGE)).toBe('first');
  expect(report.contracts).toEqual(
    [FRANKFURT, COLUMBUS].map((region) => ({
      ...{ region, name: 'waves-migration', outcome: 'nothing' },
      ...{ applied: [], held: [], reason: null },
    })),
  );
});

test('nobody is asked in vain: without a terminal and without --yes nothing is deployed', async () => {
  const { code, report } = await deploy(assemblyOf({ [FRANKFURT]: 'second' }));
  expect([code, report.outcome, await setting(FRANKFURT)]).toEqual([1, 'declined', 'first']);
});

test('what is unchanged is passed over, and nobody waits for it', async () => {
  const { code, report } = await deploy(assemblyOf({}), '--yes', '--bake', '5');
  expect([code, outcomes(report)]).toEqual([
    0,
    [`${FRANKFURT} unchanged`, `${COLUMBUS} unchanged`, `${EDGE} unchanged`],
  ]);
});

test('nothing is deployed while an alarm rings, unless a person accepts it by its name', async () => {
  await say(COLUMBUS, 'ALARM');
  const assembly = assemblyOf({ [FRANKFURT]: 'second' });
  const refused = await deploy(assembly, '--yes', '--bake', '0');
  expect([refused.code, refused.report.reason, outcomes(refused.report)]).toEqual([
    1,
    `wave 1, ${FRANKFURT}: these alarms ring before it: ${COLUMBUS} errors-${COLUMBUS}`,
    [`${FRANKFURT} stopped`, `${COLUMBUS} left`, `${EDGE} left`],
  ]);
  expect(await setting(FRANKFURT)).toBe('first');
  const { code } = await deploy(assembly, '--yes', '--bake', '0', '--accept', `errors-${COLUMBUS}`);
  expect([code, await setting(FRANKFURT)]).toEqual([0, 'second']);
});

test('an alarm that rings after a wave stops the deployment: the Regions behind it keep what they have', async () => {
  await say(COLUMBUS, 'OK');
  const assembly = assemblyOf({ [FRANKFURT]: 'second', [COLUMBUS]: 'third', [EDGE]: 'third' });
  const deploying = deploy(assembly, '--yes', '--bake', '0.25');
  await eventually(
    async () => await setting(COLUMBUS),
    (value) => value === 'third',
    60_000,
  );
  await say(COLUMBUS, 'ALARM');
  const { code, report } = await deploying;
  expect([code, report.reason, outcomes(report)]).toEqual([
    1,
    `wave 2, ${COLUMBUS}: these alarms ring: ${COLUMBUS} errors-${COLUMBUS}`,
    [`${FRANKFURT} unchanged`, `${COLUMBUS} stopped`, `${EDGE} left`],
  ]);
  expect(await setting(EDGE)).toBe('first');
});

test('a Region whose deployment fails stops those behind it', async () => {
  await say(COLUMBUS, 'OK');
  const assembly = assemblyOf({ [COLUMBUS]: 'fourth' }, { refused: FRANKFURT });
  const { code, report, progress } = await deploy(assembly, '--yes', '--bake', '0');
  expect([code, report.reason]).toEqual([
    1,
    `wave 1, ${FRANKFURT}: the deployment failed (cdk ended with 1)`,
  ]);
  expect(progress).toContain(`Service-${FRANKFURT}`);
  expect(await setting(COLUMBUS)).toBe('third');
});

const STEP = 's0.content: 12 no mottos';
const steps = ({ contracts }: DeploymentReport) =>
  contracts.map(({ region, outcome }) => `${region} ${outcome}`);

test('contract steps that waited for the last wave are taken after it, and those that still wait say why', async () => {
  const reason = `${STEP} (${FRANKFURT}: /waves/schema/service knows content up to 11)`;
  const contracts = {
    [FRANKFURT]: JSON.stringify({ applied: [STEP], held: [] }),
    [COLUMBUS]: JSON.stringify({ applied: [], held: [reason] }),
  };
  const assembly = assemblyOf({}, { contracts });
  const left = await deploy(assembly, '--yes', '--bake', '0', '--no-contract');
  expect([left.code, steps(left.report)]).toEqual([
    0,
    [`${FRANKFURT} unasked`, `${COLUMBUS} unasked`],
  ]);
  const { code, report } = await deploy(assembly, '--yes', '--bake', '0');
  expect([code, report.outcome, steps(report)]).toEqual([
    0,
    'done',
    [`${FRANKFURT} taken`, `${COLUMBUS} waits`],
  ]);
  expect(report.contracts.map(({ applied, held }) => [...applied, ...held])).toEqual([
    [STEP],
    [reason],
  ]);
  const validate = new Ajv().compile(schema);
  expect([validate(report), validate.errors]).toEqual([true, null]);
});

test('a contract step that fails is said, and no other Region is asked', async () => {
  const assembly = assemblyOf({}, { contracts: { [FRANKFURT]: 'fails' } });
  const { code, report } = await deploy(assembly, '--yes', '--bake', '0');
  expect([code, report.outcome, report.reason, steps(report)]).toEqual([
    1,
    'stopped',
    `contract steps, ${FRANKFURT}: waves-migration failed: no database answers`,
    [`${FRANKFURT} failed`, `${COLUMBUS} unasked`],
  ]);
});

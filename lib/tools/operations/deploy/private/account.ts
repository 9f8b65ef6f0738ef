import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { CommandError } from '../../../command';
import type { CommandContext } from '../../../command';
import { PATIENCE, PerRegion, cloudFormation, cloudWatch, lambda } from '../../aws';
import type { Account, AlarmState, ContractReply } from '../model';

/** Most names of one `DescribeAlarms`. */
const NAMES_AT_ONCE = 100;
/** A migration function may take 10 min, and nothing comes from it before. */
const MIGRATION = { connectionTimeout: 2_000, requestTimeout: 11 * 60_000 };
const STATES: Readonly<Record<string, AlarmState>> = { OK: 'well', ALARM: 'ringing' };

/** AWS, by the credentials of the environment; it is deployed to by the CDK's own command line. */
export function awsAccount(
  assembly: string,
  context: Pick<CommandContext, 'env' | 'stderr'>,
): Account & { readonly close: () => void } {
  const metrics = new PerRegion(
    (region) => new (cloudWatch().CloudWatchClient)({ ...PATIENCE, region }),
  );
  const stacks = new PerRegion(
    (region) => new (cloudFormation().CloudFormationClient)({ ...PATIENCE, region }),
  );
  const functions = new PerRegion(
    (region) => new (lambda().LambdaClient)({ region, maxAttempts: 1, requestHandler: MIGRATION }),
  );
  return {
    alarms: async (region, names) => {
      const states = new Map<string, AlarmState>();
      for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
        const command = new (cloudWatch().DescribeAlarmsCommand)({
          AlarmNames: names.slice(at, at + NAMES_AT_ONCE),
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        });
        const { MetricAlarms, CompositeAlarms } = await metrics.of(region).send(command);
        for (const { AlarmName, StateValue } of [
          ...(MetricAlarms ?? []),
          ...(CompositeAlarms ?? []),
        ])
          states.set(AlarmName ?? '', STATES[StateValue ?? ''] ?? 'unknown');
      }
      return states;
    },
    changed: async (region, names) => await changesOf(stacks.of(region), names),
    contract: async (region, name) => await contractOf(functions.of(region), name),
    deploy: async (ids) => {
      await deploy(assembly, ids, context);
    },
    close: () => {
      metrics.close();
      stacks.close();
      functions.close();
    },
  };
}

/** Time of the last change that CloudFormation made, in ISO 8601. */
async function changesOf(
  client: CloudFormationClient,
  names: readonly string[],
): Promise<Map<string, string>> {
  const wanted = new Set(names);
  const found = new Map<string, string>();
  const pages = cloudFormation().paginateDescribeStacks({ client }, {});
  for await (const { Stacks = [] } of pages)
    for (const { StackName = '', LastUpdatedTime, CreationTime } of Stacks) {
      const time = LastUpdatedTime ?? CreationTime;
      if (wanted.has(StackName) && time !== undefined) found.set(StackName, time.toISOString());
    }
  return found;
}

/** @throws Error where the function fails, cannot be reached, or answers something else */
async function contractOf(client: LambdaClient, name: string): Promise<ContractReply> {
  const Payload = Buffer.from(JSON.stringify({ contract: true }));
  const command = new (lambda().InvokeCommand)({ FunctionName: name, Payload });
  const { FunctionError, Payload: answer } = await client.send(command);
  const reply = JSON.parse(Buffer.from(answer ?? []).toString() || 'null') as
    (Partial<ContractReply> & { readonly errorMessage?: string }) | null;
  if (FunctionError !== undefined)
    throw new Error(`${name} failed: ${reply?.errorMessage ?? FunctionError}`);
  const { applied, held } = reply ?? {};
  if (!Array.isArray(applied) || !Array.isArray(held))
    throw new Error(`${name} does not know of contract steps`);
  return { applied, held };
}

/** What the command line says is progress. @throws CommandError where it fails */
async function deploy(
  assembly: string,
  stacks: readonly string[],
  { env, stderr }: Pick<CommandContext, 'env' | 'stderr'>,
): Promise<void> {
  const cdk = createRequire(__filename).resolve('aws-cdk/bin/cdk');
  const options = ['--exclusively', '--require-approval', 'never', '--progress', 'events'];
  // As in cdk.json: nothing is told to anybody but the account that is deployed to.
  const silence = ['--no-notices', '--no-version-reporting'];
  const args = ['deploy', ...stacks, '--app', assembly, ...options, ...silence];
  // Not where a cdk.json names an application: it is the assembly that is deployed.
  const child = spawn(process.execPath, [cdk, ...args], {
    ...{ cwd: assembly, env, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  for (const output of [child.stdout, child.stderr]) output.pipe(stderr, { end: false });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new CommandError(`the deployment failed (cdk ended with ${code ?? 'a signal'})`, 1);
}

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from './emulator';

const ROOT = join(__dirname, '../../..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** Loaded before the CDK command line: only its waiting is shorter. */
export const HASTEN = join(__dirname, 'runtime/hasten.mjs');

export interface CdkOutcome {
  readonly code: number;
  /** Both outputs in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

/** Of whoever deploys to the emulator, and tells nobody else of it. */
export function cdkEnvironment(emulator: Emulator): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? '',
    HOME: emulator.directory,
    ...emulator.environment,
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NODE_NO_WARNINGS: '1',
    CI: 'true',
  };
}

/** The real CDK command line, against the emulator. */
export async function cdk(emulator: Emulator, args: readonly string[]): Promise<CdkOutcome> {
  const started = Date.now();
  const child = spawn(process.execPath, ['--import', HASTEN, CDK, ...args], {
    // Not the project's directory: its cdk.json names an application, and an assembly is deployed.
    cwd: emulator.directory,
    env: cdkEnvironment(emulator),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(emulator.directory, 'cdk.log'), { flags: 'a' });
  log.write(`\n$ cdk ${args.join(' ')}\n`);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
      log.write(text);
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      resolve(status ?? 1);
    });
  });
  log.end();
  return { code, output, seconds: (Date.now() - started) / 1_000 };
}

/** An outcome that is not the expected success fails with what the command line said. */
export async function cdkOk(emulator: Emulator, args: readonly string[]): Promise<CdkOutcome> {
  const outcome = await cdk(emulator, args);
  if (outcome.code === 0) return outcome;
  const failures = outcome.output.split('\n').filter((line) => /FAILED|❌|rror/.test(line));
  throw new Error(
    `cdk ${args[0]} ended with ${outcome.code}:\n${failures.slice(0, 20).join('\n')}`,
  );
}

export function bootstrapArguments(assembly: string, regions: readonly string[]): string[] {
  const places = regions.map((region) => `aws://123456789012/${region}`);
  return ['bootstrap', '--app', assembly, '--no-notices', ...places];
}

/** Of every stack, in the order that the assembly declares. */
export function deployArguments(assembly: string, ...stacks: readonly string[]): string[] {
  const options = ['--require-approval', 'never', '--method', 'direct', '--concurrency', '6'];
  const chosen = stacks.length > 0 ? stacks : ['--all'];
  return [
    'deploy',
    ...chosen,
    '--app',
    assembly,
    ...options,
    '--progress',
    'events',
    '--no-notices',
  ];
}

export function destroyArguments(assembly: string, ...stacks: readonly string[]): string[] {
  const chosen = stacks.length > 0 ? stacks : ['--all'];
  return ['destroy', ...chosen, '--app', assembly, '--force', '--concurrency', '6', '--no-notices'];
}

import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import type { Declaration, Deployment } from '../../lib/config';
import { declareStacks } from '../../lib/stages';
import { buildBundlesOf } from '../../lib/tools/bundle';
import { deploymentWith } from './stack';

export const ROOT = resolve(__dirname, '../..');

export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface SynthesizedStack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  /** Ids of the stacks that are deployed before. */
  readonly dependencies: readonly string[];
  /** As it is on disk. */
  readonly text: string;
  readonly template: {
    readonly Resources: Readonly<Record<string, Resource>>;
    readonly [section: string]: unknown;
  };
  /** Path of each resource below its stack. */
  readonly paths: ReadonlyMap<string, string>;
}

export interface Synthesized {
  readonly deployment: Deployment;
  readonly directory: string;
  readonly stacks: ReadonlyMap<string, SynthesizedStack>;
}

/** Kinds of the stacks that each Region of the reference has, in their order. */
export const REGIONAL = [
  'Foundation',
  'Vault',
  'Network',
  'Data',
  'Migration',
  'Cache',
  'Queues',
  'Work',
  'Service',
  'UploadReplication',
  'Alarms',
];

const made: string[] = [];
afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is removed when the tests of the calling file are done. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-assembly-'));
  made.push(directory);
  return directory;
}

/** Synthesizes the reference, with a few declared properties of one's own, in this process. */
export async function synthesized(changes: Partial<Declaration> = {}): Promise<Synthesized> {
  return await synthesizedFrom(deploymentWith(changes));
}

/** Synthesizes any deployment in this process. */
export async function synthesizedFrom(deployment: Deployment): Promise<Synthesized> {
  const directory = scratch();
  const artifacts = await buildBundlesOf(deployment, { root: ROOT, cwd: ROOT });
  const app = new App({ context, outdir: directory, stackTraces: false });
  declareStacks(app, { deployment, artifacts });
  const assembly = app.synth();
  const stacks = assembly.stacks.map((artifact): SynthesizedStack => {
    const stack = app.node.findChild(artifact.id);
    if (!Stack.isStack(stack)) throw new Error(`${artifact.id} is not a stack`);
    const text = readFileSync(artifact.templateFullPath, 'utf8');
    return {
      id: artifact.id,
      name: artifact.stackName,
      region: artifact.environment.region,
      terminationProtection: artifact.terminationProtection === true,
      dependencies: artifact.dependencies
        .map(({ id }) => id)
        .filter((id) => !id.endsWith('.assets')),
      text,
      template: JSON.parse(text) as SynthesizedStack['template'],
      paths: pathsOf(stack),
    };
  });
  return { deployment, directory, stacks: new Map(stacks.map((stack) => [stack.id, stack])) };
}

function pathsOf(stack: Stack): ReadonlyMap<string, string> {
  const resources = stack.node.findAll().filter((node) => node instanceof CfnResource);
  return new Map(
    resources.map((resource) => [
      String(stack.resolve(resource.logicalId)),
      resource.node.path.slice(stack.node.path.length + 1),
    ]),
  );
}

/** Environment of somebody without credentials, home or network configuration. */
export function bareEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: '/nonexistent', CDK_VALIDATION: 'false', ...extra };
}

/** Runs the application as the CDK command line does, but without it. */
export function runApp(
  outDir: string,
  extra: Readonly<Record<string, string>> = {},
  root = ROOT,
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: root,
    env: bareEnvironment({ CDK_OUTDIR: outDir, ...extra }),
    encoding: 'utf8',
  });
}

/** Every file below a directory by its path, as text. */
export function filesBelow(directory: string): ReadonlyMap<string, string> {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => join(directory, path))
    .filter((path) => statSync(path).isFile())
    .sort();
  return new Map(paths.map((path) => [relative(directory, path), readFileSync(path, 'latin1')]));
}

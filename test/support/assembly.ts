import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Declaration, Deployment } from '../../lib/config';
import { AssemblyStore } from './assembly-store';
import { deploymentWith } from './deployment';
import { ROOT } from './root';
import type { StackEntry } from './synthesis';

export { ROOT };

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

/** Synthesizes the reference, with a few declared properties of one's own. */
export async function synthesized(changes: Partial<Declaration> = {}): Promise<Synthesized> {
  return await synthesizedFrom(deploymentWith(changes));
}

/** Synthesizes any deployment in this process, or takes what this run has already made of it. */
export async function synthesizedFrom(deployment: Deployment): Promise<Synthesized> {
  const directory = scratch();
  const entries = await assemblyOf(deployment, directory);
  const stacks = entries.map(({ templateFile, paths, ...stack }): SynthesizedStack => {
    const text = readFileSync(join(directory, templateFile), 'utf8');
    const template = JSON.parse(text) as SynthesizedStack['template'];
    return { ...stack, text, template, paths: new Map(paths) };
  });
  return { deployment, directory, stacks: new Map(stacks.map((stack) => [stack.id, stack])) };
}

/** One that this run has already, or a new one. */
async function assemblyOf(
  deployment: Deployment,
  directory: string,
): Promise<readonly StackEntry[]> {
  const store = AssemblyStore.of(deployment);
  const stored = store?.take(directory);
  if (stored !== undefined) return stored;
  // The library takes seconds to load.
  const { synthesizeInto } = await import('./synthesis');
  const entries = await synthesizeInto(directory, deployment);
  store?.keep(directory, entries);
  return entries;
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

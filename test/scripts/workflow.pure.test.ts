import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import type { CommandContext } from '../../lib/tools/command';
import { registerDeploy } from '../../lib/tools/operations/deploy';
import { registerReview } from '../../lib/tools/review';
import { registerSynth } from '../../lib/tools/synth';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const file = join(__dirname, '../../.github/workflows/deploy.yml');
const text = readFileSync(file, 'utf8');
const { jobs, permissions } = parse(text) as {
  readonly jobs: { readonly check: Job; readonly deploy: Job };
  readonly permissions: Readonly<Record<string, string>>;
};
const steps = Object.values(jobs).flatMap((job) => job.steps);

test('every command of ours that the workflow runs is one, with options that it has', () => {
  const program = new Command();
  const context = { env: {}, cwd: '/', root: '/' } as CommandContext;
  for (const register of [registerDeploy, registerReview, registerSynth])
    register(program, context);
  const lines = steps.flatMap(({ run = '' }) => /^npx meridian (.+)$/.exec(run)?.[1] ?? []);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['synth', 'review', 'deploy', 'deploy']);
  for (const line of lines) {
    const [name = '', ...words] = line.split(' ');
    const known = program.commands.find((it) => it.name() === name)?.options ?? [];
    const options = words.filter((word) => word.startsWith('--'));
    expect([line, options.filter((it) => !known.some(({ long }) => long === it))]).toEqual([
      line,
      [],
    ]);
  }
});

test('what is reviewed is what is deployed, and nothing is before both', () => {
  const runs = jobs.deploy.steps.flatMap(({ run }) => run ?? []);
  const at = (part: string): number => runs.findIndex((run) => run.startsWith(part));
  expect(at('npx meridian review assembly')).toBeGreaterThan(at('npx meridian synth'));
  expect(at('npx meridian deploy assembly --yes')).toBeGreaterThan(
    at('npx meridian review assembly'),
  );
});

test('a person says whether contract steps are taken, by an option that the command has', () => {
  const { env = {}, steps: own } = jobs.deploy;
  expect(own.at(-1)?.run).toMatch(/ "\$CONTRACT"$/);
  const words = [...(env['CONTRACT'] ?? '').matchAll(/'([^']+)'/g)].map(([, word]) => word);
  const program = new Command();
  registerDeploy(program, { env: {}, cwd: '/', root: '/' } as CommandContext);
  const known = program.commands[0]!.options.map(({ long }) => long);
  expect(words).toEqual(['--contract', '--no-contract']);
  expect(known).toEqual(expect.arrayContaining(words));
});

test('AWS is reached by OIDC alone, by the one job that a person approves', () => {
  expect(permissions).toEqual({ contents: 'read' });
  expect(jobs.check.permissions).toBeUndefined();
  expect([jobs.deploy.environment, jobs.deploy.permissions]).toEqual([
    'production',
    { contents: 'read', 'id-token': 'write' },
  ]);
  expect(text).not.toMatch(/secrets\.|access-key/);
});

test('actions of others are pinned to a commit', () => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((it) => !/@[0-9a-f]{40}$/.test(it))).toEqual([]);
});

test('no input is pasted into a command, where it could be another command', () => {
  for (const { run = '' } of steps) expect(run).not.toContain('${{');
});

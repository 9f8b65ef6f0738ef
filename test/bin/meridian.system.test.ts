import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import costSchema from '../../docs/schemas/cost.schema.json';
import { version } from '../../package.json';
import { runMeridian } from '../support/command';

const ROOT = resolve(__dirname, '../..');
const cwd = mkdtempSync(join(tmpdir(), 'meridian-cli-'));
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The commands in this process, where its start is not what is asked about. */
function inProcess(...args: string[]): Promise<Outcome> {
  return runMeridian(args, { cwd, env: process.env });
}

/** Runs the real command line in a directory outside the package. */
function meridian(...args: string[]): Outcome {
  const run = spawnSync(process.execPath, [join(ROOT, 'bin/meridian.js'), ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { exitCode: run.status, stdout: run.stdout, stderr: run.stderr };
}

function write(name: string, content: string): string {
  mkdirSync(join(cwd, name, '..'), { recursive: true });
  writeFileSync(join(cwd, name), content);
  return `./${name}`;
}

const STACK = /^\s+at .+:\d+:\d+/m;

describe('help', () => {
  it('lists the commands', () => {
    const { exitCode, stdout } = meridian('--help');
    expect(exitCode).toBe(0);
    for (const command of ['synth', 'twin', 'cost'])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each(['synth', 'twin', 'cost'])('of %s tells its arguments and options', async (command) => {
    const { exitCode, stdout } = await inProcess(command, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: meridian ${command} [options]`);
    expect((await inProcess('help', command)).stdout).toBe(stdout);
  });

  const OF_THE_TWIN = ['up', 'link', 'status', 'down', 'prepare'].map((it) => `twin ${it}`);
  const OTHERS =
    'synth review diagram cost grow move geo deploy status drain return evacuate switchover drill';

  it.each([...OF_THE_TWIN, ...OTHERS.split(' ')])(
    'of %s says what it does, in lines as long as the others',
    async (command) => {
      const { stdout } = await inProcess(...command.split(' '), '--help');
      const [, usage = '', description = ''] = stdout.split(/^Usage: (.+)\n\n/m);
      expect(usage).toMatch(new RegExp(`^meridian ${command} `));
      const [told = ''] = description.split(/\n\n(?:Arguments|Options):/);
      expect(told.length).toBeGreaterThan(40);
      // A line is full when the next word would not fit: nobody broke it by hand.
      const lines = told.split('\n');
      for (const [at, line] of lines.slice(0, -1).entries())
        expect(`${line} ${lines[at + 1]!.split(' ')[0]!}`.length).toBeGreaterThan(79);
    },
  );

  it('has the version of the package', () => {
    expect(meridian('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});

it('exits with 2 and says why when it is called as it cannot be', () => {
  const { exitCode, stdout, stderr } = meridian('nonsense');
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: unknown command 'nonsense'/);
});

it.each([
  [['reviw'], '(Did you mean review?)'],
  [['twin', 'statsu'], '(Did you mean status?)'],
  [['drill', 'zone-lst'], 'there is no drill zone-lst (did you mean zone-lost?)'],
  [['twin', 'up', 'multi-regon'], 'named multi-regon (did you mean multi-region?)'],
  [['status', '--declaration', 'stong'], 'named stong (did you mean strong?)'],
  [['grow', 'single-sever'], 'got: single-sever (did you mean single-server?)'],
])('offers the nearest name when called as %p', async (args, said) => {
  const { exitCode, stderr } = await inProcess(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(said);
});

it.each([
  [[]],
  [['nonsense']],
  [['twin']],
  [['twin', 'sideways']],
  [['synth', '--nonsense']],
  [['synth', 'one', 'two']],
])('exits with 2 and says why when called as %p', async (args) => {
  const { exitCode, stdout, stderr } = await inProcess(...args);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/error: |Usage: /);
  expect(stderr).not.toMatch(STACK);
});

describe('a declaration with several faults', () => {
  const body = `{
    schemaVersion: 1, stage: 'multi-region', account: '1234', domainName: 'example.com',
    regions: { 'eu-central-1': { cidr: '10.0.0.0/8' }, 'mars-1': {}, 'us-east-2': {} },
    demnad: { users: 1 },
  }`;
  const faults = [
    'meridian: the declaration has 5 faults:',
    '  demnad: found an unknown property; allowed: demand (nearest)',
    '  account: found "1234"; ',
    '  demand: found nothing; ',
    '  regions.mars-1: found an unknown Region; ',
    '  regions.eu-central-1.cidr: found "10.0.0.0/8"; ',
  ];
  const module = join(ROOT, 'lib/config');
  const files: Readonly<Record<string, string>> = {
    'faulty.mjs': `export default ${body};`,
    'faulty.ts': `import { defineDeployment } from ${JSON.stringify(module)};
      export default defineDeployment(${body} as never);`,
    'esm/faulty.ts': `const value: unknown = ${body}; export default value;`,
  };
  write('esm/package.json', '{"type": "module"}');

  it.each(Object.keys(files))('has all of them told, with exit code 2: %s', (name) => {
    for (const command of ['synth', 'cost']) {
      const { exitCode, stdout, stderr } = meridian(command, write(name, files[name] ?? ''));
      expect(exitCode).toBe(2);
      expect(stdout).toBe('');
      for (const fault of faults) expect(`\n${stderr}`).toContain(`\n${fault}`);
      expect(stderr).not.toMatch(STACK);
    }
  });
});

it.each([
  ['has no default export', 'none.ts', 'export const x = 1;'],
  ['ERROR: Expected "]" but found end of file', 'open.ts', 'export default { a: [1'],
  ["Cannot find module 'nowhere'", 'import.mjs', "import x from 'nowhere'; export default x;"],
  ['cannot be read as a declaration: boom', 'throw.ts', "throw new Error('boom');"],
])('tells of a file that %s without a stack', (reason, name, content) => {
  const { exitCode, stderr } = meridian('synth', write(name, content));
  expect(exitCode).toBe(2);
  expect(stderr).toContain(reason);
  expect(stderr).toContain(join(cwd, name));
  expect(stderr).not.toMatch(STACK);
});

it('exits with 2 for an assembly that cannot be read', async () => {
  write('broken/manifest.json', '{');
  const { exitCode, stderr } = await inProcess('cost', 'broken');
  expect(exitCode).toBe(2);
  expect(stderr).toContain(join(cwd, 'broken/manifest.json'));
  expect(stderr).not.toMatch(STACK);
});

describe('the reference declaration', () => {
  const out = join(cwd, 'out');
  let synthesized: Outcome;
  beforeAll(() => {
    synthesized = meridian('synth', '--out', 'out');
  });

  it('is synthesized, and summed up in one line', () => {
    expect(synthesized.exitCode).toBe(0);
    expect(synthesized.stdout).toMatch(/^\d+ stacks, \d+ resources in 4 Regions: out\n$/);
    expect(synthesized.stderr).toContain('synthesizing multi-region');
  });

  it('gives the same bytes as the CDK command line', () => {
    const cdk = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
    const other = join(cwd, 'cdk');
    const run = spawnSync(
      process.execPath,
      [cdk, 'synth', '--quiet', '--no-validation', '--no-notices', '--output', other],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(run.status).toBe(0);
    const files = readdirSync(out).filter((name) => name.endsWith('.json'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      expect([file, readFileSync(join(other, file), 'utf8')]).toEqual([
        file,
        readFileSync(join(out, file), 'utf8'),
      ]);
    }
  });

  it('costs the same as its assembly, as JSON alone that obeys the schema', () => {
    const direct = meridian('cost', '--json');
    expect(direct.exitCode).toBe(0);
    expect(meridian('cost', 'out', '--json')).toMatchObject({ stdout: direct.stdout, stderr: '' });
    const report: unknown = JSON.parse(direct.stdout);
    expect(new Ajv().validate(costSchema, report)).toBe(true);
    expect(report).toMatchObject({ unknown: [] });
  });
});

it('tells the name of the file that is no module, as it stands there', () => {
  const { exitCode, stderr } = meridian('synth', write('torn.mjs', 'export default {'));
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${join(cwd, 'torn.mjs')}:1:`);
  expect(stderr).not.toContain('torn.js');
});

it('says how to start the very twin that does not run', async () => {
  const { exitCode, stdout } = await inProcess('twin', 'status', '--name', 'nobodys');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('npx meridian twin up --name nobodys');
});

it('tells all that a move lacks at once, and never a password', async () => {
  const { exitCode, stderr } = await inProcess(
    ...['move', '--databases', ',', '--source', 'http://a:secret@b'],
  );
  expect(exitCode).toBe(2);
  for (const fault of ['--source must be', 'got: another text', '--target must be', '--databases'])
    expect(stderr).toContain(fault);
  expect(stderr).not.toContain('secret');
});

import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, bareEnvironment, filesBelow, runApp, scratch } from '../support/assembly';

jest.setTimeout(120_000);

/** The CDK command line as a user runs it, without credentials. */
const cdk = (...args: string[]) =>
  spawnSync(process.execPath, ['node_modules/aws-cdk/bin/cdk', ...args], {
    cwd: ROOT,
    env: bareEnvironment({ HOME: scratch(), CI: 'true' }),
    encoding: 'utf8',
  });

const first = scratch();
beforeAll(() => {
  const { status, stderr } = runApp(first);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
const templates = (directory: string): ReadonlyMap<string, string> =>
  new Map([...filesBelow(directory)].filter(([path]) => path.endsWith('.template.json')));

test('nothing is looked up: offline, without credentials or a home, no context is missing', () => {
  const manifest = JSON.parse(readFileSync(join(first, 'manifest.json'), 'utf8')) as object;
  expect(manifest).not.toHaveProperty('missing');
});

test('a second synthesis gives the same bytes', () => {
  const second = scratch();
  expect(runApp(second).status).toBe(0);
  expect(filesBelow(second)).toEqual(filesBelow(first));
});

test('another checkout path gives the same bytes', () => {
  const root = scratch();
  for (const part of [
    'bin',
    'lib',
    'lambda',
    'cdk.json',
    'cdk.context.json',
    'package.json',
    'tsconfig.json',
  ]) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const out = scratch();
  const { status, stderr } = runApp(out, {}, root);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(filesBelow(out)).toEqual(filesBelow(first));
  for (const [path, text] of filesBelow(out)) {
    expect({ path, tells: text.includes(root) || text.includes(ROOT) }).toEqual({
      path,
      tells: false,
    });
  }
});

test('the CDK command line writes the same templates', () => {
  const out = scratch();
  const { status, stderr } = cdk('synth', '-q', '-o', out);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(templates(out)).toEqual(templates(first));
  expect(templates(out).size).toBeGreaterThan(30);
});

test('`cdk list` names every stack', () => {
  const { stdout } = cdk('list', '-o', scratch());
  const listed = stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/ .*/, ''));
  const ids = [...templates(first).keys()].map((path) => path.replace('.template.json', ''));
  expect(listed.sort()).toEqual(ids.sort());
});

test("the library's own validation has no findings", () => {
  const { status, stderr } = runApp(scratch(), { CDK_VALIDATION: '' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a faulty declaration lists every fault and ends with 1, without a stack trace', () => {
  const file = join(scratch(), 'faulty.json');
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, stage: 'multi-region', account: 'x' }));
  const context = JSON.stringify({ declaration: file });
  const { status, stderr, stdout } = runApp(scratch(), { CDK_CONTEXT_JSON: context });
  expect(status).toBe(1);
  expect(stderr).toMatch(/account: found "x"/);
  expect(stderr).toMatch(/regions: /);
  expect(stderr + stdout).not.toMatch(/^\s+at /m);
});

test('an unknown declaration is told with the known ones', () => {
  const context = JSON.stringify({ declaration: 'nowhere' });
  const { status, stderr } = runApp(scratch(), { CDK_CONTEXT_JSON: context });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^there is no declaration named nowhere; known: .*multi-region.*\n$/);
});

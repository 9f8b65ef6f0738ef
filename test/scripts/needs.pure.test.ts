import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/root';

const LISTS = join(ROOT, 'scripts/needs/requirements');
const home = mkdtempSync(join(tmpdir(), 'meridian-needs-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const read = (name: string): string => readFileSync(join(LISTS, name), 'utf8');
const lists = readdirSync(LISTS)
  .filter((name) => name.endsWith('.in'))
  .map((name) => name.replace(/\.in$/, ''));

describe.each(lists)('the packages of %s', (list) => {
  /** One entry for each package, whatever the lines that it is written on. */
  const entries = read(`${list}.txt`)
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[a-z0-9]/i.test(line));

  it('are pinned to a version, each with the hashes that it may have', () => {
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries)
      expect(entry).toMatch(
        /^[\w.-]+(\[[\w,-]+\])?==\S+( *;[^-]+)?( +--hash=sha256:[0-9a-f]{64})+/,
      );
  });

  it('hold all that is asked for', () => {
    const normal = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
    const names = entries.map((it) => normal(/^[\w.-]+/.exec(it)![0]));
    const asked = read(`${list}.in`)
      .split('\n')
      .filter((line) => /^[a-z0-9]/i.test(line))
      .map((line) => normal(/^[\w.-]+/.exec(line)![0]));
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** A Python that notes how it is called, and whose environments are copies of it. */
function noting(log: string): string {
  const python = join(home, 'python3');
  writeFileSync(
    python,
    `#!/bin/sh
echo "$*" >> ${log}
case "$2" in
  venv) mkdir -p "$3/bin" && cp ${python} "$3/bin/python" ;;
  *) echo 3 12 1 linux x86_64 ;;
esac
`,
  );
  chmodSync(python, 0o755);
  return home;
}

it('are installed by their hashes and never built, into an environment that is made once', () => {
  const log = join(home, 'calls');
  const PATH = `${noting(log)}:/usr/bin:/bin`;
  const script = `
    const { preparePython } = await import('./scripts/needs/python.mjs');
    console.log(JSON.stringify([preparePython('judges'), preparePython('judges')]));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    ...{ cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    env: { PATH, HOME: home },
  });
  const [first, second] = JSON.parse(text) as { path: string }[];
  expect(first!.path).toMatch(/\/meridian\/python\/judges-[0-9a-f]{16}\/bin\/python$/);
  expect(second).toEqual(first);
  const installs = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('-m pip'));
  expect(installs).toEqual([
    expect.stringMatching(
      /--require-hashes --only-binary :all: -r \S+\/requirements\/judges\.txt$/,
    ),
  ]);
});

/** `npm run verify` of one step, on a machine that has nothing. */
function verify(env: Record<string, string>): readonly [number | null, string] {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/verify.mjs', 'cfn-lint'], {
    ...{ cwd: ROOT, encoding: 'utf8', env: { PATH: '/nowhere', ...env } },
  });
  return [status, stdout];
}

it('a judge that cannot run says so with the remedy, and fails where CI is set', () => {
  const said = 'NOT RUN: cfn-lint, python3 is not on PATH, install Python 3.10+\n';
  expect(verify({})).toEqual([0, `${said}verify: 0 passed, 0 failed, 1 not run\n`]);
  expect(verify({ CI: 'true' })).toEqual([1, `${said}verify: 0 passed, 1 failed, 1 not run\n`]);
});

interface Acknowledged {
  readonly judge: string;
  readonly rule: string;
  readonly reason: string;
}

it('what outside judges say and we let stand has a reason each, and so has each count', () => {
  const script = `
    const { ACKNOWLEDGEMENTS, COUNTED } = await import('./scripts/verify/acknowledgements.mjs');
    const { BLOCKING } = await import('./scripts/verify/checkov-list.mjs');
    const { STEPS } = await import('./scripts/verify/steps.mjs');
    console.log(JSON.stringify([ACKNOWLEDGEMENTS, COUNTED, BLOCKING, Object.keys(STEPS)]));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    ...{ cwd: ROOT, encoding: 'utf8' },
  });
  const [entries, counted, blocking, steps] = JSON.parse(text) as [
    Acknowledged[],
    Record<string, { most: number; why: string }>,
    object,
    string[],
  ];
  expect(entries.length).toBeGreaterThan(0);
  for (const { judge, rule, reason } of entries) {
    expect(steps).toContain(judge);
    expect([rule, reason.length > 20]).toEqual([rule, true]);
  }
  const known = [
    ...Object.keys(counted),
    ...Object.keys(blocking),
    ...entries.map((it) => it.rule),
  ];
  for (const [rule, { most, why }] of Object.entries(counted)) {
    // A reason of its own, or that of another rule.
    const other = /^as (\S+)$/.exec(why)?.[1];
    const said = other === undefined ? why.length > 20 : known.includes(other);
    expect([rule, most > 0, said]).toEqual([rule, true, true]);
  }
  expect(steps).toEqual(
    expect.arrayContaining(['cfn-lint', 'cdk-validation', 'cdk-nag', 'checkov']),
  );
});

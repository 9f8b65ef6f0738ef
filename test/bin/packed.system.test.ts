import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/root';

const project = mkdtempSync(join(tmpdir(), 'meridian-packed-'));
const packages = join(project, 'node_modules');
const ours = join(packages, 'meridian');
const DECLARATION = {
  ...{ schemaVersion: 1, stage: 'multi-region', account: '123456789012' },
  ...{ domainName: 'shop.example', regions: { 'eu-west-1': {}, 'us-west-2': {} } },
  demand: { users: 2_000_000 },
};

jest.setTimeout(180_000);

/** What `npm install` of the packed file makes, its packages being those that are here already. */
beforeAll(() => {
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  ) as readonly [{ readonly filename: string }];
  mkdirSync(ours, { recursive: true });
  const [{ filename }] = packed;
  execFileSync('tar', ['xzf', join(project, filename), '--strip-components=1', '-C', ours]);
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  writeFileSync(join(project, 'shop.json'), JSON.stringify(DECLARATION));
}, 120_000);
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

function synthesize(root: string, out: string): ReadonlyMap<string, string> {
  const args = [join(root, 'bin/meridian.js'), 'synth', './shop.json', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('meridian:')]);
  const directory = join(project, out);
  const files = readdirSync(directory, { withFileTypes: true, recursive: true });
  return new Map(
    files
      .filter((it) => it.isFile())
      .map((it) => join(it.parentPath, it.name))
      .map((file) => [file.slice(directory.length), readFileSync(file, 'latin1')]),
  );
}

test('the packed package writes the same bytes in a project of its own', () => {
  const here = synthesize(ROOT, 'here');
  const there = synthesize(ours, 'there');
  expect([...there.keys()].sort()).toEqual([...here.keys()].sort());
  expect(
    [...there].filter(([name, text]) => here.get(name) !== text).map(([name]) => name),
  ).toEqual([]);
  expect([...there.keys()].filter((name) => name.endsWith('.template.json')).length).toBe(33);
});

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssemblyStore } from './assembly-store';
import { deploymentWith } from './deployment';
import type { StackEntry } from './synthesis';

const VARIABLE = 'MERIDIAN_TEST_ASSEMBLIES';
const before = process.env[VARIABLE];
const home = mkdtempSync(join(tmpdir(), 'meridian-store-'));
const store = join(home, 'store');
const stacks: readonly StackEntry[] = [
  {
    ...{ id: 'Dns', name: 'shop-Dns', region: 'us-east-1', terminationProtection: true },
    ...{ dependencies: [], templateFile: 'Dns.template.json', paths: [['Zone', 'Zone/Resource']] },
  },
];

beforeAll(() => {
  process.env[VARIABLE] = store;
});
afterAll(() => {
  if (before === undefined) Reflect.deleteProperty(process.env, VARIABLE);
  else process.env[VARIABLE] = before;
  rmSync(home, { recursive: true, force: true });
});

/** A directory with one template. */
function assembly(name: string): string {
  const directory = join(home, name);
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'Dns.template.json'), '{}');
  return directory;
}

const storeOf = (...args: Parameters<typeof deploymentWith>): AssemblyStore =>
  AssemblyStore.of(deploymentWith(...args))!;

it('an assembly is had again as it was kept, and one that changes it changes a copy', () => {
  expect(storeOf().take(join(home, 'none'))).toBeUndefined();
  storeOf().keep(assembly('made'), stacks);

  const [one, other] = [join(home, 'one'), join(home, 'other')];
  expect(storeOf().take(one)).toEqual(stacks);
  writeFileSync(join(one, 'Dns.template.json'), '{"changed":true}');
  expect(storeOf().take(other)).toEqual(stacks);
  expect(readFileSync(join(other, 'Dns.template.json'), 'utf8')).toBe('{}');
  expect(readdirSync(other).sort()).toEqual(['Dns.template.json', 'assets']);
});

it('of two that made the same, the first stays, and nothing half made is left', () => {
  storeOf({ cache: false }).keep(assembly('first'), stacks);
  storeOf({ cache: false }).keep(assembly('second'), []);
  expect(storeOf({ cache: false }).take(join(home, 'again'))).toEqual(stacks);
  expect(readdirSync(store).filter((name) => name.startsWith('new-'))).toEqual([]);
});

it('another declaration is another assembly', () => {
  expect(storeOf({ name: 'other' }).take(join(home, 'another'))).toBeUndefined();
});

it('nothing is shared outside a run', () => {
  Reflect.deleteProperty(process.env, VARIABLE);
  expect(AssemblyStore.of(deploymentWith())).toBeUndefined();
});

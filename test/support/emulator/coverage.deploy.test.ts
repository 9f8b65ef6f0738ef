import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveDeployment } from '../../../lib/config';
import { ROOT, synthesizedFrom } from '../assembly';
import type { Synthesized } from '../assembly';
import { deploymentWith } from '../deployment';
import { DECLARATIONS, REFERENCES } from '../references';
import { coveragePage, kindOf, readCoverage } from './coverage';
import type { Coverage } from './coverage';
import { strongDeployed } from './strong';

jest.setTimeout(120_000);

const PAGE = join(ROOT, 'docs/emulator-coverage.md');

let types: ReadonlyMap<string, readonly string[]>;
let coverage: Coverage;

beforeAll(async () => {
  coverage = await readCoverage();
  types = await typesOfReferences();
});

function typesOf({ stacks }: Synthesized, ids: readonly string[]): ReadonlySet<string> {
  const resources = ids.flatMap((id) => Object.values(stacks.get(id)?.template.Resources ?? {}));
  return new Set(resources.map(({ Type }) => Type));
}

async function typesOfReferences(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const deployments = new Map(
    REFERENCES.map((name) => {
      const declaration = jest.requireActual<{ default: unknown }>(join(DECLARATIONS, name));
      return [name, resolveDeployment(declaration.default)];
    }),
  );
  deployments.set('multi-region with vpc-origin', deploymentWith({ edge: { mode: 'vpc-origin' } }));
  for (const [name, deployment] of deployments) {
    const assembly = await synthesizedFrom(deployment);
    const parts: Record<string, readonly string[]> = { [name]: [...assembly.stacks.keys()] };
    if (name === 'strong') parts['data of strong'] = strongDeployed(assembly);
    for (const [part, ids] of Object.entries(parts))
      for (const type of typesOf(assembly, ids))
        found.set(type, [...(found.get(type) ?? []), part]);
  }
  return found;
}

test('docs/emulator-coverage.md says of every type of the references what keeps it', () => {
  const written = coveragePage(types, coverage);
  const before = readFileSync(PAGE, { encoding: 'utf8', flag: 'a+' });
  // Written for whoever changed a template or a handler: the difference is theirs to commit.
  if (before !== written && process.env.CI === undefined) writeFileSync(PAGE, written);
  expect(before).toBe(written);
});

test('no type of any reference is missing', () => {
  expect([...types.keys()].filter((type) => kindOf(type, coverage) === undefined)).toEqual([]);
});

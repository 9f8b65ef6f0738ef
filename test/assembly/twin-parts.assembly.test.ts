import { join } from 'node:path';
import type { Declaration } from '../../lib/config';
import { resolveDeployment } from '../../lib/config';
import type { Assembly } from '../../lib/tools/assembly';
import { loadAssembly } from '../../lib/tools/assembly';
import { findHaproxy } from '../../lib/tools/twin/gateway';
import type { Survey } from '../../lib/tools/twin/plan';
import { surveyAssembly } from '../../lib/tools/twin/plan';
import { synthesizedFrom } from '../support/assembly';
import { DECLARATIONS, REFERENCES } from '../support/references';

describe.each(REFERENCES)('the twin of %s', (name) => {
  let assembly: Assembly;
  let survey: Survey;
  beforeAll(async () => {
    const module = (await import(join(DECLARATIONS, name))) as { readonly default: Declaration };
    const { directory } = await synthesizedFrom(resolveDeployment(module.default));
    assembly = loadAssembly(directory);
    survey = surveyAssembly(assembly, { real: false, label: 'a stand-in', remedy: 'install one' });
  }, 120_000);

  test('lists every resource of the templates once, as real, emulated or not run', () => {
    const there = assembly
      .resources()
      .filter(({ type, included }) => included !== false && type !== 'AWS::CDK::Metadata');
    const counted = new Map<string, number>();
    for (const { resource, count } of survey.parts) {
      counted.set(resource, (counted.get(resource) ?? 0) + count);
    }
    const expected = new Map<string, number>();
    for (const { type } of there) expected.set(type, (expected.get(type) ?? 0) + 1);
    expect(counted).toEqual(expected);
  });

  test('says of everything that it does not run why', () => {
    const unexplained = survey.parts.filter(({ engine }) => engine.startsWith('not known here'));
    expect(unexplained.map(({ resource }) => resource)).toEqual([]);
  });

  test('names a remedy for stand-ins in whose place a real program can be had, and for no others', () => {
    const caches = survey.parts.filter(({ resource }) => /Cache::(Repl|Server)/.test(resource));
    const tier = name === 'software-balanced' && findHaproxy() === undefined;
    const remedied = survey.parts.filter(({ remedy }) => remedy !== undefined);
    const software = remedied.filter(({ resource }) => resource.startsWith('AWS::AutoScaling::'));
    expect(software.map(({ remedy }) => remedy)).toEqual(
      tier ? [expect.stringContaining('apt-get install haproxy')] : [],
    );
    const others = remedied.filter((part) => !software.includes(part));
    expect(others.map(({ resource }) => resource)).toEqual(caches.map(({ resource }) => resource));
    for (const { state } of remedied) expect(state).toBe('emulated');
  });
});

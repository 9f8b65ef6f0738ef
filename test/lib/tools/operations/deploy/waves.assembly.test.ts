import { loadAssembly } from '../../../../../lib/tools/assembly';
import type { Assembly } from '../../../../../lib/tools/assembly';
import {
  migrationFunctions,
  watchedAlarms,
  wavesOf,
} from '../../../../../lib/tools/operations/deploy';
import { resolveDeployment } from '../../../../../lib/config';
import strong from '../../../../../lib/config/declarations/strong';
import { synthesized, synthesizedFrom } from '../../../../support/assembly';

let assembly: Assembly;
beforeAll(async () => {
  assembly = loadAssembly((await synthesized()).directory);
});

const kindOf = (id: string): string => id.split('-')[0] ?? '';

test('each stack comes once, after all that it depends on, in a wave of its own Region', () => {
  const waves = wavesOf(assembly);
  const order = waves.flatMap(({ stacks }) => stacks);
  expect([...order].sort()).toEqual([...assembly.stacks.keys()].sort());
  for (const { region, stacks } of waves)
    for (const id of stacks) {
      const { region: own, dependencies } = assembly.stacks.get(id)!;
      expect([id, own]).toEqual([id, region]);
      for (const before of dependencies)
        expect([id, before, order.indexOf(before) < order.indexOf(id)]).toEqual([id, before, true]);
    }
});

test('schemas are migrated in every Region before code changes in any, then in one after another', () => {
  const waves = wavesOf(assembly);
  const order = waves.flatMap(({ stacks }) => stacks.map(kindOf));
  expect(order.lastIndexOf('Migration')).toBeLessThan(order.indexOf('Service'));
  const serving = waves.filter(({ stacks }) => stacks.map(kindOf).includes('Service'));
  expect(serving).toHaveLength(3);
  for (const { stacks } of serving)
    expect(stacks.map(kindOf)).toEqual(expect.arrayContaining(['Service', 'Work', 'Alarms']));
});

test('the function of every Region that migrates is found behind its custom resource', () => {
  const regions = [...assembly.stacks.values()].flatMap(({ id, region }) =>
    kindOf(id) === 'Migration' ? [region] : [],
  );
  expect(regions).toHaveLength(3);
  expect(migrationFunctions(assembly)).toEqual(
    regions.map((region) => ({ region, name: 'meridian-migration' })),
  );
});

test('every alarm of the templates is watched, and how long it takes to ring is known', () => {
  const declared = assembly.resources({ type: 'AWS::CloudWatch::Alarm' });
  const watched = watchedAlarms(assembly);
  expect(watched.length).toBeGreaterThanOrEqual(declared.length);
  expect(watched.filter(({ name }) => name.startsWith('meridian-'))).toHaveLength(watched.length);
  for (const { properties, stack } of declared) {
    const { AlarmName: name, Period: period, EvaluationPeriods: periods } = properties;
    if (typeof period !== 'number') continue;
    expect(watched).toContainEqual({
      ...{ region: stack.region, name, seconds: period * Number(periods), tells: 'ringing' },
    });
  }
});

test('alarms over alarms are watched too: they take as long as the slowest below, and some tell silence only', () => {
  const watched = watchedAlarms(assembly);
  const declared = assembly.resources({ type: 'AWS::CloudWatch::CompositeAlarm' });
  expect(watched).toHaveLength(
    declared.length + assembly.resources({ type: 'AWS::CloudWatch::Alarm' }).length,
  );
  const of = (name: string) => watched.filter((it) => it.name === `meridian-${name}`);
  expect(of('region-impaired').map(({ seconds, tells }) => [seconds, tells])).toEqual(
    Array.from({ length: 3 }, () => [300, 'ringing']),
  );
  expect(of('region-unknown').map(({ tells }) => tells)).toEqual(Array(3).fill('unknown'));
  expect(of('no-region-serves')).toEqual([
    { region: 'us-east-1', name: 'meridian-no-region-serves', seconds: 60, tells: 'ringing' },
  ]);
});

test('windows that nobody is told of are judged by the alarm over them, which rings as soon as the shorter', async () => {
  const made = await synthesizedFrom(resolveDeployment(strong));
  const watched = watchedAlarms(loadAssembly(made.directory));
  const of = (name: string) => watched.filter((it) => it.name.startsWith(`meridian-${name}`));
  expect(of('error-budget').map(({ name, seconds }) => [name, seconds])).toEqual(
    [1, 2].flatMap(() => [
      ['meridian-error-budget-fast', 300],
      ['meridian-error-budget-slow', 1800],
    ]),
  );
  expect(of('late-answers')).toHaveLength(2);
});

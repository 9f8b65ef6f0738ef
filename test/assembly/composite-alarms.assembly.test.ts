import { resolveDeployment } from '../../lib/config';
import connectionBalanced from '../../lib/config/declarations/connection-balanced';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import multiRegion from '../../lib/config/declarations/multi-region';
import softwareBalanced from '../../lib/config/declarations/software-balanced';
import strong from '../../lib/config/declarations/strong';
import { parseAlarmRule } from '../../lib/tools/assembly';
import type { AlarmRule, AlarmStateName } from '../../lib/tools/assembly';
import { synthesizedFrom } from '../support/assembly';

jest.setTimeout(120_000);

const DECLARATIONS = { connectionBalanced, loadBalanced, multiRegion, softwareBalanced, strong };
const STATES: readonly AlarmStateName[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
/** The signals of a Region, by the names that its alarms begin with. */
const SIGNALS = [
  /^meridian-(load-balancer-errors|slow-answers)/,
  /^meridian-(unhealthy-targets|too-few-servers|function-(errors|throttles))/,
];

interface Composite extends AlarmRule {
  readonly name: string;
  readonly region: string;
}

interface Read {
  readonly composites: readonly Composite[];
  /** Names of the alarms of a Region. */
  readonly alarms: (region: string) => readonly string[];
}

async function read(declaration: unknown): Promise<Read> {
  const { stacks } = await synthesizedFrom(resolveDeployment(declaration));
  const all = [...stacks.values()].flatMap(({ region, template }) =>
    Object.values(template.Resources).map(({ Type, Properties }) => ({
      ...{ region, type: Type },
      properties: (Properties ?? {}) as { readonly AlarmName?: string; readonly AlarmRule: string },
    })),
  );
  return {
    composites: all
      .filter(({ type }) => type === 'AWS::CloudWatch::CompositeAlarm')
      .map(({ region, properties: { AlarmName, AlarmRule: rule } }) => ({
        ...{ region, name: AlarmName! },
        ...parseAlarmRule(rule),
      })),
    alarms: (region) =>
      all
        .filter((it) => it.type === 'AWS::CloudWatch::Alarm' && it.region === region)
        .flatMap(({ properties }) => properties.AlarmName ?? []),
  };
}

/** Every way in which that many alarms can be. */
function* combinations(count: number): Generator<AlarmStateName[]> {
  for (let row = 0; row < STATES.length ** count; row += 1)
    yield Array.from({ length: count }, (_, at) => STATES[Math.floor(row / 3 ** at) % 3]!);
}

/** What a signal is, out of what its alarms say: told without the rule's own words. */
function judge(states: readonly AlarmStateName[]): 'bad' | 'well' | 'unknown' {
  if (states.includes('ALARM')) return 'bad';
  return states.includes('INSUFFICIENT_DATA') ? 'unknown' : 'well';
}

describe.each(Object.keys(DECLARATIONS) as (keyof typeof DECLARATIONS)[])('of %s', (name) => {
  let found: Read;
  beforeAll(async () => {
    found = await read(DECLARATIONS[name]);
  });
  const named = (alarm: string) => found.composites.filter((it) => it.name === `meridian-${alarm}`);

  test('alarms over alarms look at alarms of their own Region that are there', () => {
    expect(found.composites.length).toBeGreaterThanOrEqual(3);
    for (const { region, alarms, name: own } of found.composites)
      for (const alarm of alarms)
        expect([own, alarm, found.alarms(region).includes(alarm)]).toEqual([own, alarm, true]);
  });

  test('a Region is impaired, unknown or well in every combination as its signals have it', () => {
    const impaired = named('region-impaired');
    expect(impaired.length).toBeGreaterThan(0);
    for (const { region, alarms, rings } of impaired) {
      const unknown = named('region-unknown').find((it) => it.region === region)!;
      expect([...unknown.alarms].sort()).toEqual([...alarms].sort());
      expect(alarms.filter((it) => !SIGNALS.some((signal) => signal.test(it)))).toEqual([]);
      for (const states of combinations(alarms.length)) {
        const stateOf = (alarm: string) => states[alarms.indexOf(alarm)]!;
        const signals = SIGNALS.map((signal) =>
          judge(alarms.filter((it) => signal.test(it)).map(stateOf)),
        );
        const isImpaired = signals.includes('bad') && !signals.includes('well');
        const isSilent = states.includes('INSUFFICIENT_DATA');
        const expected = [isImpaired, isSilent && !isImpaired];
        // Not by `expect` each: there are thousands.
        if (rings(stateOf) !== expected[0] || unknown.rings(stateOf) !== expected[1])
          expect([states, rings(stateOf), unknown.rings(stateOf)]).toEqual([states, ...expected]);
      }
    }
  });

  test('an error budget rings in every combination where both windows of a pair do, and nowhere else', () => {
    const burns = [...named('error-budget-fast'), ...named('error-budget-slow')];
    // Two of each Region, where objectives are declared.
    expect(burns).toHaveLength(name === 'strong' ? 4 : 0);
    for (const { name: own, alarms, rings } of burns) {
      expect([...alarms].sort()).toEqual(
        (own.endsWith('fast') ? ['1h', '5m'] : ['30m', '6h']).map((it) => `${own}-${it}`),
      );
      for (const states of combinations(alarms.length))
        expect([states, rings((alarm) => states[alarms.indexOf(alarm)]!)]).toEqual([
          states,
          states.every((it) => it === 'ALARM'),
        ]);
    }
  });

  test('all Regions together are judged by their health checks in every combination', () => {
    const [unknown] = named('regions-unknown');
    const regions = unknown!.alarms;
    for (const states of combinations(regions.length)) {
      const stateOf = (alarm: string) => states[regions.indexOf(alarm)]!;
      const count = (state: AlarmStateName) => states.filter((it) => it === state).length;
      const [out, silent] = [count('ALARM'), count('INSUFFICIENT_DATA')];
      const several = regions.length > 1 && out > 0 && out + silent > 1;
      expect([states, unknown!.rings(stateOf)]).toEqual([
        states,
        silent > 0 && !(regions.length > 1 ? several : out > 0),
      ]);
      for (const it of named('several-regions-out'))
        expect([states, it.rings(stateOf)]).toEqual([states, several]);
      for (const it of named('no-region-serves'))
        expect([states, it.rings(stateOf)]).toEqual([states, out > 0 && count('OK') === 0]);
    }
    expect(named('several-regions-out')).toHaveLength(regions.length > 2 ? 1 : 0);
    expect(named('no-region-serves')).toHaveLength(regions.length > 1 ? 1 : 0);
  });
});

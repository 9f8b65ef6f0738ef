import type { AlarmStateName } from '../../../../lib/tools/assembly';
import { parseAlarmRule } from '../../../../lib/tools/assembly';
import { CompositeAlarms, RunbookAlarms } from '../../../../lib/constructs/observability';
import type { CompositeAlarm, RingsWhen } from '../../../../lib/constructs/observability';
import { only, templateOf } from '../../../support/stack';

const TOPIC = 'arn:aws:sns:us-east-2:123456789012:meridian-alarms';
/** Three signals; the second is told by either of two alarms. */
const SIGNALS = [['door'], ['tasks', 'targets'], ['probe']];
const ALARMS = SIGNALS.flat();
const METRIC = { namespace: 'a', name: 'b', dimensions: {}, statistic: 'Sum' } as const;

function synthesize(changes: Partial<CompositeAlarm>, others: readonly string[] = ALARMS) {
  return templateOf((stack) => {
    const over = new RunbookAlarms(stack, 'Watch', {
      ...{ prefix: 'm', topicArn: TOPIC },
      alarms: others.map((entry) => ({
        ...{ entry, says: 'It fails.', metric: METRIC, is: 'above', threshold: 1 },
        ...{ minutes: 1, silence: 'unknown' },
      })),
    });
    const alarm: CompositeAlarm = {
      entry: 'region-impaired',
      says: 'It is impaired.',
      when: 'corroborated',
      signals: SIGNALS.map((alarms) => ({ alarms: alarms.map((name) => `m-${name}`) })),
      ...changes,
    };
    new CompositeAlarms(stack, 'Whole', { prefix: 'm', topicArn: TOPIC, over, alarms: [alarm] });
  });
}

const rules = new Map<string, string>();
/** The synthesized rule. */
function ruleOf(when: RingsWhen, signals: readonly (readonly string[])[]): string {
  const key = JSON.stringify([when, signals]);
  const template = () =>
    synthesize({
      when,
      signals: signals.map((alarms) => ({ alarms: alarms.map((name) => `m-${name}`) })),
    });
  const rule =
    rules.get(key) ??
    (only(template(), 'AWS::CloudWatch::CompositeAlarm') as { readonly AlarmRule: string })
      .AlarmRule;
  rules.set(key, rule);
  return rule;
}

/** Whether the synthesized alarm rings; a letter of `states` for each alarm: ok, alarm, insufficient. */
function rings(when: RingsWhen, states: string, signals = SIGNALS): boolean {
  const letters = Array.from(states);
  const told = new Map(
    ALARMS.map((name, index): [string, AlarmStateName] => [
      `m-${name}`,
      ({ o: 'OK', a: 'ALARM' } as const)[letters[index] ?? ''] ?? 'INSUFFICIENT_DATA',
    ]),
  );
  return parseAlarmRule(ruleOf(when, signals)).rings((name) => told.get(name)!);
}

test('it has a name, an entry of the runbook, the topic, and stands after what it looks at', () => {
  const template = synthesize({});
  expect(only(template, 'AWS::CloudWatch::CompositeAlarm')).toEqual({
    AlarmName: 'm-region-impaired',
    AlarmDescription: 'It is impaired. docs/runbook.md#region-impaired',
    AlarmRule: expect.stringContaining('ALARM("m-door")') as unknown,
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  });
  const [resource] = Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'));
  expect(resource!.DependsOn).toHaveLength(4);
});

/** Each row: door, tasks, targets, probe; then what the three ways of taking them together say. */
test.each<[states: string, corroborated: boolean, all: boolean, unknown: boolean]>([
  ['oooo', false, false, false],
  // One signal alone, even by both of its alarms, is nothing yet.
  ['aooo', false, false, false],
  ['oaoo', false, false, false],
  ['ooao', false, false, false],
  ['oaao', false, false, false],
  ['oooa', false, false, false],
  // Two independent ones are.
  ['aaoo', true, false, false],
  ['aoao', true, false, false],
  ['aooa', true, false, false],
  ['oaoa', true, false, false],
  ['ooaa', true, false, false],
  ['aaaa', true, true, false],
  ['aaoa', true, true, false],
  // What says nothing is not well: it does not contradict one that rings.
  ['aioo', true, false, false],
  ['aooi', true, false, false],
  ['iaoo', true, false, false],
  ['ooai', true, false, false],
  ['aiii', true, true, false],
  ['iaii', true, true, false],
  ['iooa', true, false, false],
  // Within one signal: an alarm that rings decides for it.
  ['oaio', false, false, true],
  ['ooia', true, false, false],
  // Nothing rings and something is silent: nobody knows.
  ['iooo', false, false, true],
  ['oioo', false, false, true],
  ['ooio', false, false, true],
  ['oooi', false, false, true],
  ['iioo', false, false, true],
  ['iiii', false, false, true],
])('%s', (states, corroborated, all, unknown) => {
  expect({
    corroborated: rings('corroborated', states),
    all: rings('all', states),
    unknown: rings('unknown', states),
  }).toEqual({ corroborated, all, unknown });
});

test.each([
  ['aao', true],
  ['aoo', false],
  ['oao', false],
  // What is silent does not ring.
  ['aio', false],
  ['iao', false],
  ['oio', false],
])('of windows %s: it rings where every one of them does', (states, expected) => {
  expect(rings('every', states, [['door'], ['tasks']])).toBe(expected);
});

test('of one signal alone silence can be told, and nothing be corroborated', () => {
  expect(['o', 'a', 'i'].map((state) => rings('unknown', state, [['door']]))).toEqual([
    false,
    false,
    true,
  ]);
  expect(() => rings('corroborated', 'a', [['door']])).toThrow('one signal corroborates nothing');
});

test('what CloudWatch would refuse is refused', () => {
  const many = Array.from({ length: 101 }, (_, index) => `alarm-${index}`);
  const signals = [{ alarms: many.map((name) => `m-${name}`) }, { alarms: ['m-door'] }];
  expect(() => synthesize({ signals }, [...many, 'door'])).toThrow(
    /`region-impaired` must look at 100 alarms .* got: 102/,
  );
  expect(() => synthesize({ signals: [{ alarms: ['m-x'] }, { alarms: ['m-y'] }] })).toThrow(
    'there is no alarm m-x',
  );
});

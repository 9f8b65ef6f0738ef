import { parseAlarmRule } from '../../../../lib/tools/assembly';
import type { AlarmStateName } from '../../../../lib/tools/assembly';

const says = (states: Readonly<Record<string, AlarmStateName>>) => (alarm: string) =>
  states[alarm] ?? 'INSUFFICIENT_DATA';

test.each<[rule: string, states: Readonly<Record<string, AlarmStateName>>, rings: boolean]>([
  ['ALARM(a)', { a: 'ALARM' }, true],
  ['ALARM(a)', {}, false],
  ['OK(a)', {}, false],
  ['NOT OK("a")', {}, true],
  ['INSUFFICIENT_DATA(a)', {}, true],
  ['TRUE AND NOT FALSE', {}, true],
  // AND binds before OR.
  ['ALARM(a) OR ALARM(b) AND ALARM(c)', { a: 'ALARM' }, true],
  ['(ALARM(a) OR ALARM(b)) AND ALARM(c)', { a: 'ALARM' }, false],
  // NOT binds before AND.
  ['NOT ALARM(a) AND ALARM(b)', { a: 'OK', b: 'ALARM' }, true],
  ['NOT (ALARM(a) AND ALARM(b))', { a: 'ALARM', b: 'ALARM' }, false],
  ['ALARM("a \\"quoted\\" (name)")', { 'a "quoted" (name)': 'ALARM' }, true],
  ['ALARM(arn:aws:cloudwatch:us-east-2:123456789012:alarm:a)', { a: 'ALARM' }, true],
])('%s with %j', (rule, states, rings) => {
  expect(parseAlarmRule(rule).rings(says(states))).toBe(rings);
});

test('it names the alarms that it looks at, each once', () => {
  expect(parseAlarmRule('ALARM(b) OR NOT (OK("a") AND ALARM(b))').alarms).toEqual(['b', 'a']);
});

test.each([
  ['', /a state, NOT, TRUE, FALSE or \( after "", got: the end/],
  ['ALARM(a) ALARM(b)', /AND, OR or the end after "ALARM \( a \)", got: ALARM/],
  ['ALARM(a', /expected \) .* got: the end/],
  ['BROKEN(a)', /got: BROKEN/],
  ['ALARM()', /the name of an alarm/],
  ['(ALARM(a)', /expected \)/],
  ['ALARM("a', /cannot read|expected/],
])('%s is refused', (rule, message) => {
  expect(() => parseAlarmRule(rule)).toThrow(message);
});

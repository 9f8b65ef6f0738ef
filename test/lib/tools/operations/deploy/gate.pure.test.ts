import { bake, readAlarms } from '../../../../../lib/tools/operations/deploy';
import type { AlarmState } from '../../../../../lib/tools/operations/deploy';

const NOBODY: ReadonlySet<string> = new Set();

/** A clock that only sleeps move. */
function timeline() {
  let now = 0;
  const sleep = (milliseconds: number): Promise<void> => {
    now += milliseconds;
    return Promise.resolve();
  };
  return { now: () => now, sleep };
}

const readings = (...states: readonly AlarmState[]) =>
  new Map(states.map((state, index): [string, AlarmState] => [`eu-central-1 a${index}`, state]));

test('alarms that stay well are watched for the whole time, every quarter of a minute', async () => {
  const clock = timeline();
  const seen: number[] = [];
  const read = () => {
    seen.push(clock.now());
    return Promise.resolve(readings('well', 'well'));
  };
  const reason = await bake(read, readings('well', 'well'), NOBODY, { minutes: 1, clock });
  expect([reason, seen]).toEqual([undefined, [0, 15_000, 30_000, 45_000, 60_000]]);
});

test('the first alarm that rings ends the watch', async () => {
  const clock = timeline();
  const read = () => Promise.resolve(readings('well', clock.now() < 30_000 ? 'well' : 'ringing'));
  const reason = await bake(read, readings('well', 'well'), NOBODY, { minutes: 10, clock });
  expect([reason, clock.now()]).toEqual(['these alarms ring: eu-central-1 a1', 30_000]);
});

test('an alarm that was well and is unknown in the end is not well', async () => {
  const before = readings('well', 'unknown');
  const read = () => Promise.resolve(readings('unknown', 'unknown'));
  const reason = await bake(read, before, NOBODY, { minutes: 1, clock: timeline() });
  expect(reason).toBe('these alarms were well before and are unknown now: eu-central-1 a0');
});

test('what was unknown before, or is new, does not stop what it cannot judge', async () => {
  const read = () => Promise.resolve(readings('unknown', 'unknown', 'well'));
  const reason = await bake(read, readings('unknown'), NOBODY, { minutes: 0, clock: timeline() });
  expect(reason).toBeUndefined();
});

test('an alarm that a person accepts may ring', async () => {
  const read = () => Promise.resolve(readings('ringing'));
  const accepted = new Set(['a0']);
  const reason = await bake(read, readings('well'), accepted, { minutes: 0, clock: timeline() });
  expect(reason).toBeUndefined();
});

test('in a Region that does not answer every alarm is unknown, in the others it is what it is', async () => {
  const alarms = (region: string, names: readonly string[]) =>
    region === 'us-east-2'
      ? Promise.reject(new Error('connect ETIMEDOUT'))
      : Promise.resolve(new Map(names.map((name): [string, AlarmState] => [name, 'well'])));
  const watched = ['eu-central-1', 'us-east-2'].map((region) => ({
    ...{ region, name: 'a', seconds: 60, tells: 'ringing' as const },
  }));
  expect(await readAlarms({ alarms }, watched)).toEqual(
    new Map([
      ['eu-central-1 a', 'well'],
      ['us-east-2 a', 'unknown'],
    ]),
  );
});

test('an alarm that says only that nobody knows makes nothing ring', async () => {
  const alarms = (_region: string, names: readonly string[]) =>
    Promise.resolve(new Map(names.map((name): [string, AlarmState] => [name, 'ringing'])));
  const watched = (['ringing', 'unknown'] as const).map((tells) => ({
    ...{ region: 'us-east-2', name: tells, seconds: 60, tells },
  }));
  expect(await readAlarms({ alarms }, watched)).toEqual(
    new Map([
      ['us-east-2 ringing', 'ringing'],
      ['us-east-2 unknown', 'unknown'],
    ]),
  );
});

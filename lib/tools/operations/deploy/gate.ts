import type { Account, AlarmState, WatchedAlarm } from './model';

/** States of alarms by `REGION NAME`; alarms that are not deployed yet have none. */
export type Readings = ReadonlyMap<string, AlarmState>;

export interface Clock {
  /** Milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const POLL_MS = 15_000;

/** What all alarms say; of a Region that does not answer, each is unknown. */
export async function readAlarms(
  account: Pick<Account, 'alarms'>,
  alarms: readonly WatchedAlarm[],
): Promise<Readings> {
  const regions = [...new Set(alarms.map(({ region }) => region))];
  const read = await Promise.all(
    regions.map(async (region) => {
      const own = new Map(alarms.filter((it) => it.region === region).map((it) => [it.name, it]));
      const names = [...own.keys()];
      const states = await account
        .alarms(region, names)
        .catch(() => new Map(names.map((name): [string, AlarmState] => [name, 'unknown'])));
      return [...states].map(([name, state]): [string, AlarmState] => [
        `${region} ${name}`,
        state === 'ringing' ? (own.get(name)?.tells ?? state) : state,
      ]);
    }),
  );
  return new Map(read.flat());
}

/** Alarms in a state, without those that a person accepts. */
export function alarmsIn(
  readings: Readings,
  state: AlarmState,
  accepted: ReadonlySet<string>,
): readonly string[] {
  return [...readings]
    .filter(([key, it]) => it === state && !accepted.has(key.split(' ')[1] ?? ''))
    .map(([key]) => key);
}

/**
 * Watches the alarms for a while after a change.
 *
 * @returns why the deployment must stop: an alarm rings, or in the end nobody knows of one that was
 * well before; undefined where nothing speaks against going on
 */
export async function bake(
  read: () => Promise<Readings>,
  before: Readings,
  accepted: ReadonlySet<string>,
  { minutes, clock }: { readonly minutes: number; readonly clock: Clock },
): Promise<string | undefined> {
  const until = clock.now() + minutes * 60_000;
  for (;;) {
    const now = await read();
    const ringing = alarmsIn(now, 'ringing', accepted);
    if (ringing.length > 0) return `these alarms ring: ${ringing.join(', ')}`;
    const rest = until - clock.now();
    if (rest <= 0) return lost(before, now, accepted);
    await clock.sleep(Math.min(POLL_MS, rest));
  }
}

function lost(before: Readings, now: Readings, accepted: ReadonlySet<string>): string | undefined {
  const unknown = alarmsIn(now, 'unknown', accepted).filter((key) => before.get(key) === 'well');
  if (unknown.length === 0) return undefined;
  return `these alarms were well before and are unknown now: ${unknown.join(', ')}`;
}

/** Alarms that notice the same thing by the same means; one that rings is enough, as one that is unknown. */
export interface Signal {
  /** Names of the alarms, one at least. */
  readonly alarms: readonly string[];
}

/**
 * How signals are taken together. Each of them is *bad* (an alarm of it rings), *well* (all of its alarms
 * are), or *unknown*. Unknown is never well:
 *
 * - `corroborated`: one is bad, and another is not well, so that no single alarm rings it, however it flaps,
 *   and a part that is dying cannot hide by falling silent.
 * - `all`: one is bad, and no other is well.
 * - `every`: all of them are bad.
 * - `unknown`: neither corroborated nor all, and one at least says nothing, so that nobody can call it well.
 */
export type RingsWhen = 'corroborated' | 'all' | 'every' | 'unknown';

/** The rule of a composite alarm, in CloudWatch's words. */
export function ringRule(when: RingsWhen, signals: readonly Signal[]): string {
  switch (when) {
    case 'corroborated':
      return corroborated(signals);
    case 'all':
      return all(signals);
    case 'every':
      return signals.map(bad).join(' AND ');
    case 'unknown':
      return unknown(signals);
  }
}

function corroborated(signals: readonly Signal[]): string {
  if (signals.length < 2) throw new RangeError('one signal corroborates nothing');
  return signals
    .map((signal, index) => {
      const others = signals.filter((_, at) => at !== index);
      return `(${bad(signal)} AND NOT ${well(others)})`;
    })
    .join(' OR ');
}

function all(signals: readonly Signal[]): string {
  const anyBad = any(signals, 'ALARM');
  return [anyBad, ...signals.map((signal) => `NOT ${well([signal])}`)].join(' AND ');
}

function unknown(signals: readonly Signal[]): string {
  const silent = any(signals, 'INSUFFICIENT_DATA');
  return signals.length < 2
    ? `${silent} AND NOT ${any(signals, 'ALARM')}`
    : `${silent} AND NOT (${corroborated(signals)})`;
}

const bad = (signal: Signal): string => any([signal], 'ALARM');

/** All alarms of all signals. */
function well(signals: readonly Signal[]): string {
  return `(${names(signals)
    .map((name) => `OK("${name}")`)
    .join(' AND ')})`;
}

function any(signals: readonly Signal[], state: 'ALARM' | 'INSUFFICIENT_DATA'): string {
  return `(${names(signals)
    .map((name) => `${state}("${name}")`)
    .join(' OR ')})`;
}

const names = (signals: readonly Signal[]): readonly string[] =>
  signals.flatMap(({ alarms }) => alarms);

import type { RegionStatus, Status } from '../../run';
import type { TimelineEvent } from '../model';

type Change = Omit<TimelineEvent, 'at'>;

/** What is different between two looks at the twin, in words; what is not known is no change. */
export function changes(before: Status, after: Status): readonly Change[] {
  const regions = Object.entries(after.regions).flatMap(([name, now]) => {
    const then = before.regions[name];
    return then === undefined ? [] : regionChanges(then, now);
  });
  return [...regions, ...answerChanges(before, after)];
}

function regionChanges(then: RegionStatus, now: RegionStatus): readonly Change[] {
  const { city } = now;
  const ended = now.ended.filter((label) => !then.ended.includes(label));
  return [
    ...(ended.length === 0
      ? []
      : [{ kind: 'process' as const, text: `${city}: ${listed(ended)} ended` }]),
    ...turned(then.healthy, now.healthy, {
      kind: 'health',
      on: `${city} is healthy again`,
      off: `${city} is unhealthy: DNS sends nobody there`,
    }),
    ...turned(then.writer, now.writer, {
      kind: 'writer',
      on: `${city} takes writes`,
      off: `${city} takes no more writes`,
    }),
  ];
}

interface Words {
  readonly kind: TimelineEvent['kind'];
  readonly on: string;
  readonly off: string;
}

function turned(then: boolean | null, now: boolean | null, words: Words): readonly Change[] {
  if (now === null || then === now) return [];
  // From "not known" to what is usual is no news.
  if (then === null && (words.kind === 'health') === now) return [];
  return [{ kind: words.kind, text: now ? words.on : words.off }];
}

/** Places that DNS sends elsewhere, one line for each pair of Regions. */
function answerChanges(before: Status, after: Status): readonly Change[] {
  const then = new Map(before.vantages.map(({ subnet, region }) => [subnet, region]));
  const moved = new Map<string, string[]>();
  for (const { city, subnet, region } of after.vantages) {
    const from = then.get(subnet);
    if (from === undefined || from === region) continue;
    const words = `to ${cityOf(after, region)} instead of ${cityOf(after, from)}`;
    moved.set(words, [...(moved.get(words) ?? []), city]);
  }
  return [...moved].map(([words, cities]) => ({
    kind: 'dns',
    text: `DNS sends ${listed(cities)} ${words}`,
  }));
}

function cityOf({ regions }: Status, region: string | null): string {
  return region === null ? 'no Region' : (regions[region]?.city ?? region);
}

/** The first three by name. */
function listed(names: readonly string[]): string {
  const [shown, rest] = [names.slice(0, 3), names.length - 3];
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

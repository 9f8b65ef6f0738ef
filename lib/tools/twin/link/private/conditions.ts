import type { Condition, Line, Lines, Quality, Route, Traffic } from '..';
import { CONTROL } from '..';
import { bytesOf, megabitsOf, PERFECT } from '../quality';

/** Whether a route is meant. */
export function isOf(route: Route, { between, traffic }: Lines): boolean {
  if (traffic !== undefined && route.kind !== traffic) return false;
  // The control table has a copy near every Region: the way to it is no wide-area line.
  if (between === undefined) return route.to !== CONTROL || traffic === 'control';
  const ends = [route.from, route.to];
  return between.every((end) => ends.includes(end));
}

type Wanted = 'latencyMs' | 'jitterMs' | 'lossPercent' | 'megabitsPerSecond';

/** What people want of lines, in their units; what is undefined they leave as it is. */
export function conditionOf(wanted: {
  readonly [K in Wanted]?: Line[K] | undefined;
}): Condition {
  const { latencyMs, jitterMs, lossPercent, megabitsPerSecond: wide } = wanted;
  return {
    ...(latencyMs !== undefined && { delayMs: latencyMs }),
    ...(jitterMs !== undefined && { jitterMs }),
    ...(lossPercent !== undefined && { loss: lossPercent / 100 }),
    ...(wide !== undefined && { bytesPerSecond: wide === null ? null : bytesOf(wide) }),
  };
}

/** How all lines are: as far apart as the Regions, until somebody sets something else. */
export class Conditions {
  private readonly begun: readonly Quality[];
  private readonly now: Quality[];

  /** @param start of all lines between Regions from the beginning */
  public constructor(
    private readonly routes: readonly Route[],
    start: Condition = {},
  ) {
    this.begun = routes.map((route) => {
      const distance = { ...PERFECT, delayMs: route.delayMs };
      return isOf(route, {}) ? merged(distance, start, distance) : distance;
    });
    this.now = [...this.begun];
  }

  /** By route. */
  public get qualities(): readonly Quality[] {
    return this.now;
  }

  /** What is undefined is as at the beginning again. */
  public set(lines: Lines, condition: Condition): void {
    this.each(lines, (quality, begun) => merged(quality, condition, begun));
  }

  /** All is as at the beginning again. */
  public reset(lines: Lines): void {
    this.each(lines, (_, begun) => begun);
  }

  /** Those that are alike, together. */
  public lines(isCut: (route: number) => boolean): readonly Line[] {
    const lines = new Map<string, Line & { readonly traffic: Traffic[] }>();
    for (const [at, { from, to, kind }] of this.routes.entries()) {
      const line = lineOf(from, to, this.now[at] ?? PERFECT, isCut(at));
      const name = JSON.stringify(line);
      const known = lines.get(name) ?? { ...line, traffic: [] };
      if (!known.traffic.includes(kind)) known.traffic.push(kind);
      lines.set(name, known);
    }
    return [...lines.values()];
  }

  private each(lines: Lines, change: (quality: Quality, begun: Quality) => Quality): void {
    for (const [at, route] of this.routes.entries()) {
      const [quality, begun] = [this.now[at] ?? PERFECT, this.begun[at] ?? PERFECT];
      if (isOf(route, lines)) this.now[at] = change(quality, begun);
    }
  }
}

function lineOf(from: string, to: string, quality: Quality, cut: boolean): Omit<Line, 'traffic'> {
  const { delayMs, jitterMs, loss, bytesPerSecond } = quality;
  return {
    between: to === CONTROL || from < to ? [from, to] : [to, from],
    ...{ latencyMs: delayMs, jitterMs, lossPercent: loss * 100 },
    megabitsPerSecond: bytesPerSecond === null ? null : megabitsOf(bytesPerSecond),
    cut,
  };
}

function merged(quality: Quality, condition: Condition, begun: Quality): Quality {
  const or = <K extends keyof Quality>(key: K): Quality[K] =>
    key in condition ? (condition[key] ?? begun[key]) : quality[key];
  return {
    delayMs: or('delayMs'),
    jitterMs: or('jitterMs'),
    loss: or('loss'),
    bytesPerSecond: condition.bytesPerSecond === null ? null : or('bytesPerSecond'),
  };
}

import type { DrillResult } from '../model';

const WIDTH = 960;
const HEIGHT = 160;
/** Room for the numbers on the left and below. */
const LEFT = 44;
const BELOW = 18;
/** What a point of a line stands for, in milliseconds. */
const POINT_MS = 1_000;
/** Between two numbers on the axis of time, in seconds: the first that leaves no more than so many. */
const TICKS = [1, 2, 5, 10, 20, 30, 60, 120];
const MOST_TICKS = 14;
const SHOWN = ['fault', 'detected', 'decided', 'leaseOver', 'promoted', 'homed', 'steered', 'back'];
/** Words of instants that are close stand below one another, and to the left where they would be cut off. */
const ROWS = 8;
const WORD = 70;
/** At least so much before the fault, in milliseconds; a longer approach is not what a drill is read for. */
const BEFORE_MS = 15_000;
const COLORS = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#997700',
  '#777',
];

/** Of the same Region or part always the same, in light and dark. */
export function color(at: number): string {
  return COLORS[at % COLORS.length] ?? '#777';
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** A number for each step; null: nothing to say. */
type Steps = Readonly<Record<string, readonly (number | null)[]>>;

/** What happened, second by second, with the instants that the recovery time consists of. */
export function timelinePlots({ series, events, faultAt }: DrillResult): string {
  const { stepMs, acknowledged, failed, slowestMs } = series;
  const regions = Object.keys(acknowledged);
  const steps = Math.max(1, ...Object.values(acknowledged).map(({ length }) => length));
  const endMs = steps * stepMs;
  const before = Math.max(BEFORE_MS, endMs - faultAt);
  const first = Math.max(0, Math.floor((faultAt - before) / POINT_MS));
  const axis = { startMs: first * POINT_MS, endMs, faultAt, events };
  const per = (of: Steps, join: (values: readonly number[]) => number) =>
    Object.fromEntries(
      Object.entries(of).map(([region, all]) => [
        region,
        joined(all, POINT_MS / stepMs, join).slice(first),
      ]),
    );
  const sum = (values: readonly number[]) => values.reduce((total, it) => total + it, 0);
  const legend = regions
    .map((region, at) => `<b style="color:${color(at)}">━</b> users near ${escape(region)}`)
    .join(' &nbsp; ');
  const unseen =
    first === 0 ? '' : `<p>The first ${first} s, in which load was coming up, are not shown.</p>`;
  return `<h2>Timeline</h2><p>${legend}</p>${unseen}
${plot('Acknowledged writes per second', per(acknowledged, sum), axis)}
${plot('Failed attempts per second', per(failed, sum), axis)}
${plot(
  'Slowest acknowledged write of each second, in milliseconds',
  per(slowestMs, (it) => Math.max(...it)),
  axis,
)}`;
}

function joined(
  values: readonly (number | null)[],
  size: number,
  join: (values: readonly number[]) => number,
): readonly (number | null)[] {
  // The last second is not whole.
  return Array.from({ length: Math.floor(values.length / size) }, (_, at) => {
    const some = values.slice(at * size, (at + 1) * size).filter((it) => it !== null);
    return some.length === 0 ? null : join(some);
  });
}

interface Axis {
  readonly startMs: number;
  readonly endMs: number;
  readonly faultAt: number;
  readonly events: DrillResult['events'];
}

function plot(title: string, lines: Steps, axis: Axis): string {
  const most = Math.max(1, ...Object.values(lines).flatMap((it) => it.map((value) => value ?? 0)));
  const { startMs, endMs } = axis;
  const x = (ms: number) => LEFT + ((ms - startMs) / (endMs - startMs)) * (WIDTH - LEFT);
  const y = (value: number) => HEIGHT - (value / most) * (HEIGHT - 4);
  const drawn = Object.entries(lines).map(([region, values], at) => {
    const path = values
      .map((value, second) => {
        if (value === null) return '';
        const begins = second === 0 || values[second - 1] === null;
        return `${begins ? 'M' : 'L'}${x(startMs + (second + 0.5) * POINT_MS).toFixed(1)},${y(value).toFixed(1)}`;
      })
      .join('');
    // A second by itself has no line: its end is round.
    return `<path fill="none" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" stroke="${color(at)}" d="${path.replace(/M([\d.]+),([\d.]+)(?=M|$)/g, 'M$1,$2h0')}"><title>${escape(region)}</title></path>`;
  });
  return `<h3>${title}</h3><div class="wide"><svg viewBox="0 0 ${WIDTH} ${HEIGHT + BELOW}" role="img" aria-label="${title}, over time">
<g class="axis"><line x1="${LEFT}" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/><text x="${LEFT - 5}" y="12" text-anchor="end">${Math.round(most)}</text><text x="${LEFT - 5}" y="${HEIGHT}" text-anchor="end">0</text>${ticks(axis, x)}</g>
${drawn.join('\n')}
${marks(axis, x)}</svg></div>`;
}

/** Seconds from the fault. */
function ticks({ startMs, endMs, faultAt }: Axis, x: (ms: number) => number): string {
  const every = TICKS.find((it) => (endMs - startMs) / 1_000 / it <= MOST_TICKS) ?? 300;
  const first = Math.ceil((startMs - faultAt) / 1_000 / every);
  const count = Math.floor((endMs - faultAt) / 1_000 / every) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const seconds = (first + at) * every;
    const place = x(faultAt + seconds * 1_000).toFixed(1);
    return `<text x="${place}" y="${HEIGHT + 13}" text-anchor="middle">${seconds} s</text>`;
  }).join('');
}

function marks({ events, faultAt }: Axis, x: (ms: number) => number): string {
  const first = (kind: string) => events.findIndex((event) => event.kind === kind);
  return events
    .filter(({ kind }, at) => SHOWN.includes(kind) && first(kind) === at)
    .map(({ at, kind, text }, index) => {
      const title = `${text}, ${((at - faultAt) / 1000).toFixed(2)} s`;
      const place = x(at).toFixed(1);
      const dashes = kind === 'fault' ? 'none' : '2 3';
      const isLast = x(at) > WIDTH - WORD;
      const word = `x="${(x(at) + (isLast ? -3 : 3)).toFixed(1)}"${isLast ? ' text-anchor="end"' : ''}`;
      return `<g><line x1="${place}" x2="${place}" y1="0" y2="${HEIGHT}" stroke="currentColor" stroke-dasharray="${dashes}"/><text ${word} y="${12 + (index % ROWS) * 13}">${escape(kind)}</text><title>${escape(title)}</title></g>`;
    })
    .join('\n');
}

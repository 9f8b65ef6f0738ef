import type { RegionName } from '../../config';
import type { AlarmMetric, RunbookAlarm } from './runbook-alarms';

/** What an alarm watches, or what nobody is called for but everybody asks. */
export type Shown = Pick<RunbookAlarm, 'entry' | 'metric'> &
  Partial<Pick<RunbookAlarm, 'is' | 'threshold' | 'periodMinutes'>>;

/** One metric as a line, beside others of its kind. */
export interface PanelLine {
  readonly alarm: Shown;
  /** Where the metric is. */
  readonly region: RegionName;
  readonly label: string;
}

/** A graph of what alarms of one kind watch, with where they ring. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly PanelLine[];
}

/** More are not told apart in a graph; and one takes 500 metrics. */
const MOST_LINES = 40;

/** One entry of a widget's `metrics`: names in a row, and options. */
type Row = readonly (string | Readonly<Record<string, unknown>>)[];

/** A widget of a dashboard, without its place. */
export interface Widget {
  readonly type: 'metric' | 'text' | 'alarm';
  readonly properties: Readonly<Record<string, unknown>>;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export function panelWidget({ title, lines }: Panel, region: RegionName): Widget {
  const shown = lines.slice(0, MOST_LINES);
  const left = lines.length - shown.length;
  const thresholds = [...new Set(shown.flatMap(({ alarm }) => alarm.threshold ?? []))];
  const period = 60 * (shown[0]?.alarm.periodMinutes ?? 1);
  const beyond = shown[0]?.alarm.is === 'below' ? 'below' : 'above';
  return {
    type: 'metric',
    properties: {
      title: left > 0 ? `${title} (${shown.length} of ${lines.length})` : title,
      view: 'timeSeries',
      stacked: false,
      region,
      period,
      metrics: shown.flatMap((line, index) => rowsOf(line, index + 1, { region, period })),
      annotations: {
        horizontal: thresholds.map((value) => ({ value, fill: beyond, label: 'rings' })),
      },
      yAxis: { left: { min: 0 } },
    },
  };
}

function rowsOf(
  { alarm, label, region }: PanelLine,
  number: number,
  widget: { readonly region: RegionName; readonly period: number },
): Row[] {
  const { metric } = alarm;
  const period = 60 * (alarm.periodMinutes ?? 1);
  // A widget has one Region and one period; what has others says so.
  const place = {
    ...(region !== widget.region && { region }),
    ...(period !== widget.period && { period }),
  };
  if (!('formula' in metric)) {
    return [[...namesOf(metric), { stat: metric.statistic, label, ...place }]];
  }
  const ids = Object.keys(metric.metrics);
  const renamed = (id: string): string => `m${number}${id}`;
  // `METRICS()` is all of the widget, other lines' too.
  const expression = metric.formula
    .replaceAll('METRICS()', `[${ids.map(renamed).join(', ')}]`)
    .replaceAll(/\b[a-z][a-zA-Z0-9]*\b/g, (word) => (ids.includes(word) ? renamed(word) : word));
  const parts = Object.entries(metric.metrics).map(([id, it]): Row => [
    ...namesOf(it),
    { id: renamed(id), stat: it.statistic, visible: false, ...place },
  ]);
  return [[{ id: `e${number}`, expression, label, ...place }], ...parts];
}

function namesOf({ namespace, name, dimensions }: AlarmMetric): string[] {
  return [namespace, name, ...Object.entries(dimensions).flat()];
}

import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import { numberOf, within } from './view';
import type { View } from './view';

/** A metric that an alarm looks at, alone or in an expression. */
export interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  /** Dimension names, sorted. */
  readonly dimensions: readonly string[];
  /** Value by dimension, evaluated; it may hold markers. */
  readonly values: Readonly<Record<string, Json>>;
}

export interface Alarm {
  readonly resource: AssemblyResource;
  readonly metrics: readonly WatchedMetric[];
  readonly threshold: number | undefined;
  readonly operator: string;
  /** Seconds until it rings: period × datapoints. */
  readonly seconds: number;
  /** Whether metrics are combined in a way that may turn their direction. */
  readonly isExpression: boolean;
}

export const alarmsOf = (view: View): readonly Alarm[] =>
  view.all('AWS::CloudWatch::Alarm').map((resource) => {
    const queries = view.list(resource, 'Metrics');
    const own = view.at(resource, 'MetricName');
    const stats = queries.flatMap((it) => within(it, 'MetricStat.Metric') ?? []);
    const periods = [
      view.number(resource, 'Period') ?? 0,
      ...queries.map((it) => numberOf(within(it, 'MetricStat.Period')) ?? 0),
    ];
    const points =
      view.number(resource, 'DatapointsToAlarm') ?? view.number(resource, 'EvaluationPeriods') ?? 1;
    return {
      resource,
      metrics: [...(own === undefined ? [] : [view.props(resource)]), ...stats].map((it) =>
        metricOf(view, it),
      ),
      threshold: view.number(resource, 'Threshold'),
      operator: view.text(resource, 'ComparisonOperator') ?? '?',
      seconds: Math.max(...periods) * points,
      isExpression: queries.some((it) => within(it, 'Expression') !== undefined),
    };
  });

function metricOf(view: View, value: Json): WatchedMetric {
  const dimensions = within(value, 'Dimensions');
  const entries = (isJsonList(dimensions) ? dimensions : []).filter(isJsonObject).flatMap((it) => {
    const name = view.textOf(it['Name']);
    return name === undefined ? [] : [[name, it['Value'] ?? ''] as const];
  });
  return {
    namespace: view.textOf(within(value, 'Namespace')) ?? '',
    name: view.textOf(within(value, 'MetricName')) ?? '',
    dimensions: entries.map(([name]) => name).sort(),
    values: Object.fromEntries(entries),
  };
}

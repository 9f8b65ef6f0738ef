import { resolveDeployment } from '../../lib/config';
import limitless from '../../lib/config/declarations/limitless';
import multiRegion from '../../lib/config/declarations/multi-region';
import softwareBalanced from '../../lib/config/declarations/software-balanced';
import strong from '../../lib/config/declarations/strong';
import { PUBLISHED } from '../../lib/tools/review/private/metrics';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly region?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly (string | Record<string, unknown>)[])[];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
  };
}

interface Board {
  readonly name: string;
  readonly region: string;
  readonly widgets: readonly Widget[];
}

interface Metric {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const ofType = ({ stacks }: Synthesized, type: string) =>
  [...stacks.values()].flatMap(({ region, template }) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => ({ region, properties: Properties ?? {} })),
  );

/** What a template computes stands in the text as JSON behind `computed:`. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  const [, parts] = (body as { readonly 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  return parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : JSON.stringify(`computed:${JSON.stringify(part)}`).slice(1, -1),
    )
    .join('');
}

const boardsOf = (made: Synthesized): readonly Board[] =>
  ofType(made, 'AWS::CloudWatch::Dashboard').map(({ region, properties }) => ({
    ...{ region, name: properties.DashboardName as string },
    ...(JSON.parse(textOf(properties.DashboardBody)) as Pick<Board, 'widgets'>),
  }));

function metricsOf({ widgets }: Board): readonly Metric[] {
  return widgets.flatMap(({ properties }) =>
    (properties.metrics ?? []).flatMap((row) => {
      const [namespace, name, ...rest] = row.filter((it) => typeof it === 'string');
      const options = row.find((it) => typeof it !== 'string') as { readonly region?: string };
      if (namespace === undefined || name === undefined) return [];
      const pairs = Array.from({ length: rest.length / 2 }, (_, at) => rest.slice(2 * at));
      const dimensions = Object.fromEntries(pairs as [string, string][]);
      return [{ region: options.region ?? properties.region!, namespace, name, dimensions }];
    }),
  );
}

/** Types and properties that bear the value of a dimension, by its name. */
const BEARERS: Readonly<Record<string, readonly (readonly [type: string, property: string])[]>> = {
  DBClusterIdentifier: [
    ['AWS::RDS::DBCluster', 'DBClusterIdentifier'],
    ['AWS::Neptune::DBCluster', 'DBClusterIdentifier'],
  ],
  DBShardGroupIdentifier: [['AWS::RDS::DBShardGroup', 'DBShardGroupIdentifier']],
  ProxyName: [['AWS::RDS::DBProxy', 'DBProxyName']],
  QueueName: [['AWS::SQS::Queue', 'QueueName']],
  ClusterName: [['AWS::ECS::Cluster', 'ClusterName']],
  ServiceName: [['AWS::ECS::Service', 'ServiceName']],
  ServerlessCacheName: [['AWS::ElastiCache::ServerlessCache', 'ServerlessCacheName']],
};
/** Dimensions whose values are words of the service. */
const WORDS: Readonly<Record<string, RegExp>> = {
  Role: /^(WRITER|READER)$/,
  Operation: /^[A-Z]\w+$/i,
};
/** Dimensions that only a template's own reference can name: of which type. */
const COMPUTED: Readonly<Record<string, string>> = {
  LoadBalancer: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  TargetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  FunctionName: 'AWS::Lambda::Function',
  AutoScalingGroupName: 'AWS::AutoScaling::AutoScalingGroup',
};

/** Why a resource of the Region does not emit a metric under this dimension; undefined where one does. */
function faultOf(made: Synthesized, { region, dimensions }: Metric, dimension: string) {
  const value = dimensions[dimension]!;
  const fault = `${dimension} ${value} in ${region}`;
  const bears = (type: string, property: string) =>
    ofType(made, type).some((it) => it.region === region && it.properties[property] === value);
  if (WORDS[dimension]?.test(value) === true) return undefined;
  if (dimension === 'SourceRegion' || dimension === 'ReceivingRegion') {
    const serves = made.deployment.regions.some(({ name }) => name === value);
    return serves && value !== region ? undefined : fault;
  }
  if (dimension === 'TableName') return tableThere(made, region, value) ? undefined : fault;
  // One stack has it for all of its Regions.
  if (dimension === 'Keyspace') {
    const stores = made.deployment.stores.filter((it) => it.engine === 'keyspaces');
    const there = ofType(made, 'AWS::Cassandra::Keyspace').some(
      ({ properties }) => properties.KeyspaceName === value,
    );
    return there && stores.some(({ regions }) => regions.includes(region)) ? undefined : fault;
  }
  if (dimension === 'CacheClusterId') {
    const groups = ofType(made, 'AWS::ElastiCache::ReplicationGroup')
      .filter((it) => it.region === region)
      .map(({ properties }) => String(properties.ReplicationGroupId));
    return groups.some((id) => value.startsWith(`${id}-0`)) ? undefined : fault;
  }
  // Told by a canary, which knows it.
  if (dimension === 'Target') {
    const functions = ofType(made, 'AWS::Lambda::Function').filter((it) => it.region === region);
    return functions.some(({ properties }) => JSON.stringify(properties).includes(value))
      ? undefined
      : fault;
  }
  // Crosses by a parameter, which the binding of that Region's check writes.
  if (dimension === 'HealthCheckId') {
    const parameter = /"Ref":"(Check\w+)/.exec(value)?.[1];
    return parameter !== undefined && region === 'us-east-1' ? undefined : fault;
  }
  const type = COMPUTED[dimension];
  if (type !== undefined) return refersTo(made, region, value, type) ? undefined : fault;
  return (BEARERS[dimension] ?? []).some(([it, property]) => bears(it, property))
    ? undefined
    : fault;
}

function tableThere(made: Synthesized, region: string, name: string): boolean {
  const global = ofType(made, 'AWS::DynamoDB::GlobalTable').some(
    ({ properties }) =>
      properties.TableName === name &&
      (properties.Replicas as { readonly Region: string }[]).some((it) => it.Region === region),
  );
  const wide = ofType(made, 'AWS::Cassandra::Table');
  return global || wide.some(({ properties }) => properties.TableName === name);
}

/** Whether a value is imported from a stack of the same Region that exports it of such a resource. */
function refersTo(made: Synthesized, region: string, value: string, type: string): boolean {
  const name = /"Fn::ImportValue":"([^"]+)"/.exec(value)?.[1];
  const stacks = [...made.stacks.values()].filter((it) => it.region === region);
  return stacks.some(({ template }) => {
    const outputs = Object.values((template.Outputs ?? {}) as Record<string, unknown>) as {
      readonly Value: unknown;
      readonly Export?: { readonly Name: string };
    }[];
    const output = outputs.find((it) => it.Export?.Name === name);
    const text = JSON.stringify(output?.Value ?? '');
    const id = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(text)?.[1];
    return id !== undefined && template.Resources[id]?.Type === type;
  });
}

describe.each([
  ['multi-region', multiRegion],
  ['strong', strong],
  ['limitless', limitless],
  ['software-balanced', softwareBalanced],
] as const)('of %s', (_name, declaration) => {
  let made: Synthesized;
  let boards: readonly Board[];
  beforeAll(async () => {
    made = await synthesizedFrom(resolveDeployment(declaration));
    boards = boardsOf(made);
  });

  test('each Region has a dashboard, and all have one together, under names of their own', () => {
    const regions = made.deployment.regions.map(({ name }) => `meridian-${name}`);
    expect(boards.map(({ name }) => name).sort()).toEqual([...regions, 'meridian-all'].sort());
  });

  test('every metric is one that AWS publishes under these dimensions, of a resource that is there', () => {
    const faults = boards.flatMap((board) =>
      metricsOf(board).flatMap((metric) => {
        const names = Object.keys(metric.dimensions);
        const known = PUBLISHED[metric.namespace]?.[metric.name];
        const fits = known?.dimensions.some((it) => [...it].sort().join() === names.sort().join());
        return [
          ...(known !== undefined && fits !== true ? [`${metric.name} by ${names.join()}`] : []),
          ...names.flatMap((dimension) => faultOf(made, metric, dimension) ?? []),
        ];
      }),
    );
    expect(faults).toEqual([]);
    for (const board of boards) expect(metricsOf(board).length).toBeGreaterThan(10);
  });

  test('widgets stand side by side in the grid, and none covers another', () => {
    for (const { widgets } of boards) {
      const cells = widgets.flatMap(({ x, y, width, height }) => {
        expect([x >= 0, x + width <= 24, width > 0, height > 0]).toEqual([true, true, true, true]);
        return Array.from({ length: width * height }, (_, at) =>
          [x + (at % width), y + Math.floor(at / width)].join(),
        );
      });
      expect(new Set(cells).size).toBe(cells.length);
      expect(widgets.length).toBeLessThanOrEqual(500);
    }
  });

  test('expressions name metrics of their own widget, each id once', () => {
    for (const { widgets } of boards)
      for (const { properties } of widgets) {
        const options = (properties.metrics ?? []).map(
          (row) => row.at(-1) as { readonly id?: string; readonly expression?: string },
        );
        const ids = options.flatMap(({ id }) => id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
        expect(options.length).toBeLessThanOrEqual(500);
        for (const { expression = '' } of options)
          for (const word of expression.match(/\b[a-z]\w*/g) ?? []) expect(ids).toContain(word);
      }
  });

  test('the alarms at the head are there, and each alarm of the Region has its graph', () => {
    const alarms = ['Alarm', 'CompositeAlarm'].flatMap((type) =>
      ofType(made, `AWS::CloudWatch::${type}`).map(
        ({ region, properties }) =>
          `arn:aws:cloudwatch:${region}:123456789012:alarm:${String(properties.AlarmName)}`,
      ),
    );
    for (const { widgets } of boards) {
      const [head, ...others] = widgets.filter(({ type }) => type === 'alarm');
      expect(others).toEqual([]);
      expect(head!.properties.alarms!.length).toBeGreaterThan(2);
      expect(head!.properties.alarms!.filter((it) => !alarms.includes(it))).toEqual([]);
    }
  });
});

test('who serves, who writes, lags and headroom of all Regions stand on one page', async () => {
  const board = boardsOf(await synthesized()).find(({ name }) => name === 'meridian-all')!;
  const graph = (title: RegExp) =>
    board.widgets.find(({ properties }) => title.test(properties.title ?? ''))!.properties;
  const labels = (title: RegExp) =>
    graph(title)
      .metrics!.map((row) => (row.at(-1) as { readonly label?: string }).label)
      .filter((label) => label !== undefined);
  const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
  expect(labels(/^Who serves/)).toEqual(regions);
  const stores = regions.map((region) => `main-s0 ${region}`);
  expect(labels(/^Who writes/)).toEqual(stores);
  expect(labels(/^What a failover would lose/)).toEqual(stores);
  expect(graph(/^What a failover would lose/).annotations!.horizontal).toMatchObject([
    { value: 5000 },
  ]);
  expect(labels(/^Servers that run/)).toEqual(regions);
  expect(labels(/^Age of the oldest message/)).toHaveLength(3);
});

test('declared away there are none', async () => {
  const made = await synthesized({ observability: { dashboards: false } });
  expect(boardsOf(made)).toEqual([]);
});

import { STAGE_NAMES, resolveDeployment, serverPoolSize } from '../../lib/config';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import multiRegion from '../../lib/config/declarations/multi-region';
import replicated from '../../lib/config/declarations/replicated';
import sharded from '../../lib/config/declarations/sharded';
import singleServer from '../../lib/config/declarations/single-server';
import { loadAssembly } from '../../lib/tools/assembly';
import { standingCost } from '../../lib/tools/cost';
import { growthStep } from '../../lib/tools/growth';
import type { GrowthStep } from '../../lib/tools/growth';
import { intentOf, lose, parseLoss, review, singlePoints, View } from '../../lib/tools/review';
import { planTwin, surveyAssembly } from '../../lib/tools/twin/plan';
import type { Synthesized } from '../support/assembly';
import { synthesizedFrom } from '../support/assembly';

jest.setTimeout(120_000);

const made: Record<string, Synthesized> = {};
beforeAll(async () => {
  for (const declaration of [singleServer, loadBalanced, replicated, multiRegion, sharded]) {
    made[declaration.stage] = await synthesizedFrom(resolveDeployment(declaration));
  }
});

const stage = (name: string): Synthesized => made[name]!;
const ids = (name: string): string[] => [...stage(name).stacks.keys()].sort();
const types = (name: string): string[] =>
  [...stage(name).stacks.values()].flatMap(({ template }) =>
    Object.values(template.Resources).map(({ Type }) => Type),
  );
const count = (name: string, type: string): number =>
  types(name).filter((it) => it === type).length;

const ONE_REGION = [
  ...['Alarms', 'Data', 'Foundation', 'Migration', 'Network', 'Service'].map(
    (kind) => `${kind}-eu-central-1`,
  ),
  ...['Control', 'Credentials', 'Edge', 'EdgeFoundation', 'GlobalData', 'HealthAlarms'],
  ...['Rotation', 'Zone'],
].sort();

test.each(['load-balanced', 'replicated', 'multi-region', 'sharded'])(
  'the review finds no error in %s, and what is accepted of it is little, no error, and ends',
  (name) => {
    const { directory, deployment } = stage(name);
    const intent = intentOf(deployment);
    const { summary, acknowledged } = review(loadAssembly(directory), { intent });
    expect(summary.error).toBe(0);
    expect(acknowledged.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(intent.acknowledgements?.length).toBeLessThanOrEqual(10);
    for (const { reason, expires } of intent.acknowledgements ?? []) {
      expect(reason.length).toBeGreaterThan(40);
      expect(expires).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  },
);

describe('single-server', () => {
  test('is one instance with one volume, and an address in DNS', () => {
    expect(ids('single-server')).toEqual([
      'Credentials',
      'Foundation-eu-central-1',
      'GlobalData',
      'Network-eu-central-1',
      'Server-eu-central-1',
      'Volume-eu-central-1',
      'Zone',
    ]);
    for (const type of ['EC2::Volume', 'EC2::EIP', 'AutoScaling::AutoScalingGroup']) {
      expect([type, count('single-server', `AWS::${type}`)]).toEqual([type, 1]);
    }
    const records = Object.values(
      stage('single-server').stacks.get('Server-eu-central-1')!.template.Resources,
    ).filter(({ Type }) => Type === 'AWS::Route53::RecordSet');
    expect(records.map(({ Properties }) => Properties!.Name)).toEqual(['example.com.']);
  });

  test('has none of what costs more than its server', () => {
    for (const type of [
      'EC2::NatGateway',
      'RDS::DBCluster',
      'ElasticLoadBalancingV2::LoadBalancer',
    ]) {
      expect([type, count('single-server', `AWS::${type}`)]).toEqual([type, 0]);
    }
  });

  test('keeps its data apart from what serves', () => {
    const volume = stage('single-server').stacks.get('Volume-eu-central-1')!;
    expect(volume.terminationProtection).toBe(true);
    const kept = Object.entries(volume.template.Resources).filter(([, { Type }]) =>
      /::(Volume|GlobalTable)$/.test(Type),
    );
    expect(kept.map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])).toEqual([
      ['Data666C94C7', 'Retain'],
      ['TopologyB46D899B', 'Retain'],
    ]);
  });
});

describe('load-balanced', () => {
  test('is one Region with a load balancer, a writer and a reader, behind the CDN', () => {
    expect(ids('load-balanced')).toEqual(ONE_REGION);
    expect(count('load-balanced', 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toBe(1);
    expect(count('load-balanced', 'AWS::RDS::DBCluster')).toBe(1);
    expect(count('load-balanced', 'AWS::RDS::DBInstance')).toBe(2);
    expect(count('load-balanced', 'AWS::CloudFront::Distribution')).toBe(1);
  });

  test('is born growable: our key, tables of the global kind, versioned buckets', () => {
    const { stacks } = stage('load-balanced');
    const tables = Object.values(stacks.get('GlobalData')!.template.Resources);
    // Sessions, directory and drafts.
    expect(tables.map(({ Type }) => Type).filter((type) => type.includes('Table'))).toEqual([
      'AWS::DynamoDB::GlobalTable',
      'AWS::DynamoDB::GlobalTable',
      'AWS::DynamoDB::GlobalTable',
    ]);
    expect(stacks.get('Data-eu-central-1')!.text).toContain(
      '"KmsKeyId": "arn:aws:kms:eu-central-1:123456789012:alias/meridian-data"',
    );
    expect(stacks.get('Foundation-eu-central-1')!.text).toContain('"Status": "Enabled"');
    expect(count('load-balanced', 'AWS::RDS::GlobalCluster')).toBe(0);
  });

  test('depends on no other Region but by the closed list and the control table', () => {
    const { text } = stage('load-balanced').stacks.get('Service-eu-central-1')!;
    expect(text).toContain('"PEER_URLS"');
    expect(text.match(/bindings\/[\w-]+/g)).toEqual(
      expect.not.arrayContaining(['bindings/nat-addresses']),
    );
  });
});

test('replicated adds a cache, queues with their work, and readers that scale to what load-balanced has', () => {
  const more = ['Cache', 'Queues', 'Readers', 'Work'].map((kind) => `${kind}-eu-central-1`);
  expect(ids('replicated')).toEqual([...ONE_REGION, ...more].sort());
  expect(stage('replicated').stacks.get('Readers-eu-central-1')!.dependencies).toEqual([
    'Data-eu-central-1',
  ]);
});

describe('sharded', () => {
  test('has a member in each Region of each cluster, and a global cluster around them', () => {
    expect(count('sharded', 'AWS::RDS::GlobalCluster')).toBe(17);
    // A home and a copy for each, and one more copy of the first shard.
    expect(count('sharded', 'AWS::RDS::DBCluster')).toBe(17 * 2 + 1);
  });

  test('keeps apart what is born in different Regions, so that no stack waits in a ring', () => {
    const { stacks } = stage('sharded');
    const before = (id: string, seen = new Set<string>()): Set<string> => {
      for (const need of stacks.get(id)!.dependencies) {
        if (!seen.has(need)) before(need, seen.add(need));
      }
      return seen;
    };
    expect(before('Data-us-east-2-from-sa-east-1')).toContain('GlobalData-sa-east-1');
    expect(before('GlobalData-sa-east-1')).toContain('Data-sa-east-1-from-sa-east-1');
    expect(before('Data-sa-east-1-from-sa-east-1')).not.toContain('GlobalData-sa-east-1');
    for (const id of stacks.keys()) expect(before(id)).not.toContain(id);
  });

  test('bears each cluster in its own Region alone', () => {
    const { stacks } = stage('sharded');
    for (const [id, { template, region }] of stacks) {
      const [, birth] = /^Data-.*-from-(.*)$/.exec(id) ?? [];
      if (birth === undefined) continue;
      expect(template.Parameters).toMatchObject({ BirthRegion: { Default: birth } });
      expect(stacks.get(id)!.name).toBe(`meridian-data-${region}-from-${birth}`);
    }
  });

  test('gives a master secret to the Regions of its cluster and no others', () => {
    const secrets = Object.values(stage('sharded').stacks.get('Credentials')!.template.Resources);
    const s15 = secrets.find(({ Properties }) => Properties?.Name === 'meridian/main/s15/master');
    const replicas = s15!.Properties!.ReplicaRegions as { Region: string }[];
    expect(replicas.map(({ Region }) => Region)).toEqual(['af-south-1']);
  });

  test('tells its servers to open no more connections than each cluster takes', () => {
    const { stacks, directory, deployment } = stage('sharded');
    expect(JSON.stringify(stacks.get('Service-eu-central-1')!.template)).toContain(
      `{"Name":"POOL_SIZE","Value":"${serverPoolSize(deployment)}"}`,
    );
    const { findings } = review(loadAssembly(directory), { intent: intentOf(deployment) });
    expect(findings.map(({ rule }) => rule)).not.toContain('connections-exceeded');
  });

  test('has no point whose loss lasts beyond its objectives, and counts users by their shards', () => {
    const { directory, deployment } = stage('sharded');
    const view = new View(loadAssembly(directory), intentOf(deployment));
    const { points, tried } = singlePoints(view);
    expect(points).toEqual([]);
    expect(tried).toBeGreaterThan(1000);
    const writes = (what: string) =>
      lose(view, parseLoss(what, view), what).effects.find(
        ({ operations }) => operations.join() === 'writes',
      );
    // Each of sixteen shards holds as many users; the search of eu-central-1 is everybody's.
    expect(writes('region:af-south-1')).toMatchObject({ share: 0.0625, endedBy: 'person' });
    expect(writes('region:ap-northeast-1')).toMatchObject({ share: 0.25, seconds: 130 });
    expect(writes('region:eu-central-1')).toMatchObject({ share: 1 });
    const key = (type: string) =>
      view.all(type).find((it) => /^Data-af-.*mains15/.test(it.key))?.key ?? '';
    expect(writes(`resource:${key('AWS::RDS::DBCluster')}`)).toMatchObject({ share: 0.0625 });
    // The other instance takes over.
    expect(writes(`resource:${key('AWS::RDS::DBInstance')}`)).toBeUndefined();
  });

  test('registers in each Region the clusters that stand there', () => {
    const { text } = stage('sharded').stacks.get('Migration-ap-southeast-2')!;
    const clusters = new Set(text.match(/"(main|discovery)\.\w+"/g));
    expect(clusters).toEqual(
      new Set(['s8', 's9', 's10', 's11', 's14'].map((shard) => `"main.${shard}"`)),
    );
  });
});

describe.each(['single-server', 'load-balanced', 'replicated', 'sharded'])(
  'every template of %s',
  (name) => {
    test('is within what CloudFormation takes, with room to grow', () => {
      for (const { id, text, template } of stage(name).stacks.values()) {
        const resources = Object.keys(template.Resources).length;
        const fits = resources > 0 && resources <= 450 && Buffer.byteLength(text) <= 900_000;
        expect({ id, fits }).toEqual({ id, fits: true });
      }
    });

    test('refers to stacks of its own Region only', () => {
      const { stacks } = stage(name);
      const regions = new Map([...stacks.values()].map((it) => [it.name, it.region]));
      for (const { id, text, region } of stacks.values()) {
        expect(text).not.toMatch(/Fn::GetStackOutput|Custom::CrossRegionExport/);
        for (const [, from] of text.matchAll(/"Fn::ImportValue": "([^":]+):/g)) {
          expect({ id, region: regions.get(from!) }).toEqual({ id, region });
        }
      }
    });
  },
);

test('each stage costs more than the one before, and nothing of any is of unknown cost', () => {
  const reports = STAGE_NAMES.map((name) => standingCost(loadAssembly(stage(name).directory)));
  expect(reports.flatMap(({ unknown }) => unknown)).toEqual([]);
  const months = reports.map(({ total }) => total.perMonth);
  expect(months).toEqual([...months].sort((one, other) => one - other));
  const [server] = reports;
  expect(server!.lines.map(({ item }) => item)).toEqual(
    expect.arrayContaining(['t4g.small instance', 'GB of gp3 volume', 'public IPv4 address']),
  );
  expect(server!.total.perMonth).toBeLessThan(30);
});

describe.each(['load-balanced', 'replicated'])('the twin of %s', (name) => {
  test('runs its one Region, with one database that writes and nobody to forward to', () => {
    const assembly = loadAssembly(stage(name).directory);
    const survey = surveyAssembly(assembly, { real: true, label: 'a cache' });
    expect(survey.regions).toEqual(['eu-central-1']);
    const place = (port: number) => ({ address: '127.0.0.1', port });
    const at = (keys: readonly string[] = []) => new Map(keys.map((key) => [key, place(6000)]));
    const plan = planTwin(assembly, {
      places: [
        {
          region: 'eu-central-1',
          databases: at(survey.databases['eu-central-1']),
          caches: at(survey.caches['eu-central-1']),
          tables: place(8000),
          gateway: place(8080),
          answer: '127.0.0.1',
          servers: '127.0.0.2',
          edge: place(8081),
        },
      ],
      marker: {},
      authority: '/twin/authority.pem',
    });
    expect(plan.databases.map(({ role }) => role)).toEqual(['writer']);
    const [region] = plan.regions;
    const [server] = Object.values(region!.servers);
    expect(server!.environment.PEER_URLS).toBe('eu-central-1=http://127.0.0.1:8080');
    expect('CACHE_ENDPOINT' in server!.environment).toBe(name === 'replicated');
  });
});

describe('growing', () => {
  const grow = (from: string, to: string): GrowthStep => {
    const side = (name: string) => ({ name, assembly: loadAssembly(stage(name).directory) });
    return growthStep(side(from), side(to));
  };
  const STEPS = [
    ['single-server', 'load-balanced'],
    ['load-balanced', 'replicated'],
    ['replicated', 'multi-region'],
    ['multi-region', 'sharded'],
  ] as const;

  test.each(STEPS)('from %s to %s replaces nothing that holds data', (from, to) => {
    const { changes, findings } = grow(from, to);
    expect(changes.some(({ kind, stateful }) => kind === 'added' && stateful)).toBe(true);
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    const lost = changes.filter(
      ({ kind, stateful }) => stateful && kind !== 'added' && kind !== 'changed',
    );
    // The one server's volume, and what tells it of its PostgreSQL, are given up after the move.
    expect(new Set(lost.map(({ stack }) => stack))).toEqual(
      new Set(from === 'single-server' ? ['Volume-eu-central-1'] : []),
    );
  });

  test('from one server moves the data before the server goes, and takes its name last', () => {
    const { deployments } = grow('single-server', 'load-balanced');
    expect(deployments.map(({ purpose }) => purpose)).toEqual([
      'main',
      'move',
      'remove',
      'after-removal',
    ]);
    expect(deployments[0]!.stacks).toContain('Service-eu-central-1');
    expect(deployments[3]!.stacks).toEqual(['Edge']);
  });

  test('adds Regions to the tables one by one', () => {
    const { deployments } = grow('multi-region', 'sharded');
    expect(deployments.map(({ tableRegions }) => tableRegions?.length)).toEqual([4, 5, undefined]);
    expect(deployments.slice(0, 2).flatMap(({ stacks }) => stacks)).toEqual([
      'GlobalData',
      'GlobalData',
    ]);
  });

  test('to more Regions wraps the cluster that is there', () => {
    const { changes } = grow('replicated', 'multi-region');
    const wrapped = changes.filter(({ type }) => type === 'AWS::RDS::GlobalCluster');
    expect(wrapped.map(({ kind, name }) => [kind, name])).toEqual([['added', 'meridian-main-s0']]);
    expect(stage('multi-region').stacks.get('GlobalData')!.text).toContain(
      '"SourceDBClusterIdentifier": "arn:aws:rds:eu-central-1:123456789012:cluster:meridian-main-s0-eu-central-1"',
    );
  });
});

import { resolveDeployment } from '../../lib/config';
import softwareBalanced from '../../lib/config/declarations/software-balanced';
import strong from '../../lib/config/declarations/strong';
import { loadAssembly } from '../../lib/tools/assembly';
import { review } from '../../lib/tools/review';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

const TEMPLATE = 'AWS::FIS::ExperimentTemplate';

interface Target {
  readonly ResourceType: string;
  readonly ResourceArns?: readonly unknown[];
  readonly ResourceTags?: Readonly<Record<string, string>>;
  readonly Filters?: readonly { readonly Path: string; readonly Values: readonly string[] }[];
}

/** Experiments of a Region by their name tag. */
function experimentsOf({ stacks }: Synthesized, region: string) {
  const resources = Object.values(stacks.get(`Experiments-${region}`)!.template.Resources);
  return new Map(
    resources
      .filter(({ Type }) => Type === TEMPLATE)
      .map(({ Properties }) => {
        const { Name } = Properties!['Tags'] as { readonly Name: string };
        return [Name, Properties!] as const;
      }),
  );
}

/** Types of the resources that each target reaches, by experiment and target. */
function reached({ directory }: Synthesized): ReadonlyMap<string, readonly string[]> {
  const assembly = loadAssembly(directory);
  const found = new Map<string, readonly string[]>();
  for (const experiment of assembly.resources({ type: TEMPLATE })) {
    const targets = experiment.properties['Targets'] as unknown as Record<string, Target>;
    for (const [name, target] of Object.entries(targets)) {
      const path = `Targets.${name}.ResourceArns[`;
      const byArn = assembly.edges
        .filter(({ from, path: at }) => from === experiment.key && at.startsWith(path))
        .map(({ to }) => assembly.resource(to)!);
      const [tag] = Object.entries(target.ResourceTags ?? {});
      const byTag = assembly.resources().filter((it) => {
        const tags = JSON.stringify(it.properties['Tags'] ?? []);
        const pair = tag && `"Key":"${tag[0]}"`;
        const here = it.stack.region === experiment.stack.region;
        return pair !== undefined && here && tags.includes(pair) && tags.includes(tag![1]);
      });
      const hits = [...byArn, ...byTag].map(({ type }) => type);
      const arns = target.ResourceArns ?? [];
      expect([experiment.key, name, byArn.length]).toEqual([experiment.key, name, arns.length]);
      found.set(`${experiment.key}/${name}`, hits);
    }
  }
  return found;
}

test('a reference has experiments in each Region, and each target is a resource of it', async () => {
  const made = await synthesizedFrom(resolveDeployment(strong));
  expect([...experimentsOf(made, 'us-east-1').keys()]).toEqual([
    'meridian-zone-power-us-east-1a',
    'meridian-zone-power-us-east-1b',
    'meridian-zone-power-us-east-1c',
    'meridian-region-connectivity-us-east-2',
    'meridian-database-failover-main-s0',
  ]);
  const hits = reached(made);
  expect(hits.size).toBeGreaterThan(10);
  for (const [target, types] of hits) expect([target, types.length > 0]).toEqual([target, true]);
  const buckets = [...hits].filter(([target]) => target.endsWith('/pause-bucket'));
  expect(buckets.map(([, types]) => types)).toEqual([['AWS::S3::Bucket'], ['AWS::S3::Bucket']]);
});

test('a zone takes its own three subnets, writers in it, cache nodes and instances', async () => {
  const made = await synthesizedFrom(
    resolveDeployment({
      ...softwareBalanced,
      cache: {},
      experiments: { kinds: ['zone-power'], minutes: 5 },
    }),
  );
  const [region] = made.deployment.regions;
  const zone = region!.zones[1]!;
  const experiment = experimentsOf(made, region!.name).get(`meridian-zone-power-${zone}`)!;
  const targets = experiment['Targets'] as Record<string, Target>;
  expect(Object.keys(targets)).toEqual([
    'cut-subnets',
    'move-writers',
    'stop-cache-nodes',
    'end-instances',
    'no-new-instances',
  ]);
  expect(targets['end-instances']!.Filters).toContainEqual({
    Path: 'Placement.AvailabilityZone',
    Values: [zone],
  });
  const types = [...reached(made)].filter(([name]) => name.includes('ZonePower2'));
  const hits = new Map(types.map(([name, found]) => [name.split('/').at(-1), new Set(found)]));
  expect(hits.get('cut-subnets')).toEqual(new Set(['AWS::EC2::Subnet']));
  expect(hits.get('move-writers')).toEqual(new Set(['AWS::RDS::DBCluster']));
  expect(hits.get('stop-cache-nodes')).toEqual(new Set(['AWS::ElastiCache::ReplicationGroup']));
  expect(hits.get('end-instances')).toContain('AWS::AutoScaling::AutoScalingGroup');
});

test('every experiment stops by the alarm of its Region, and is written down', async () => {
  const made = await synthesizedFrom(resolveDeployment(strong));
  for (const region of ['us-east-1', 'us-east-2']) {
    for (const experiment of experimentsOf(made, region).values()) {
      const alarm = `arn:aws:cloudwatch:${region}:123456789012:alarm:meridian-load-balancer-errors`;
      expect(experiment).toMatchObject({
        StopConditions: [{ Source: 'aws:cloudwatch:alarm', Value: alarm }],
        LogConfiguration: { LogSchemaVersion: 2 },
      });
    }
  }
  const { findings } = review(loadAssembly(made.directory));
  expect(findings.filter(({ rule }) => rule.startsWith('experiment-'))).toEqual([]);
});

test('without a declaration there is no experiment, and nothing bears its tag', async () => {
  const { stacks } = await synthesized();
  expect([...stacks.keys()].filter((id) => id.startsWith('Experiments'))).toEqual([]);
  for (const { text } of stacks.values()) expect(text).not.toContain('fault-injection');
});

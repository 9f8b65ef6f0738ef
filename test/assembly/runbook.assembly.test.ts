import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveDeployment } from '../../lib/config';
import connectionBalanced from '../../lib/config/declarations/connection-balanced';
import limitless from '../../lib/config/declarations/limitless';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import replicated from '../../lib/config/declarations/replicated';
import sharded from '../../lib/config/declarations/sharded';
import singleServer from '../../lib/config/declarations/single-server';
import softwareBalanced from '../../lib/config/declarations/software-balanced';
import strong from '../../lib/config/declarations/strong';
import { ROOT, synthesized, synthesizedFrom } from '../support/assembly';
import { databaseAlarms, datastoreAlarms, proxyAlarms } from '../../lib/constructs/observability';
import type { Resource, Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmRule?: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
  readonly TreatMissingData: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Namespace?: string;
  readonly Metrics?: readonly object[];
}

type Found = Alarm & { readonly stack: string; readonly region: string };

let assembly: Synthesized;
let found: Found[];
/** Those of each other reference, but what moves capacity or takes a version back: nobody hears it. */
let ofEach: Found[][];
let ofOthers: Found[];
beforeAll(async () => {
  assembly = await synthesized();
  found = alarmsOf(assembly);
  ofEach = [];
  for (const declaration of OTHERS) {
    const all = alarmsOf(await synthesizedFrom(resolveDeployment(declaration)));
    ofEach.push(all.filter((it) => !isMachinery(it)));
  }
  ofOthers = ofEach.flat();
});

const OTHERS = [
  ...[connectionBalanced, limitless, loadBalanced, replicated, sharded],
  ...[singleServer, softwareBalanced, strong],
];

/** Whether it is there for scaling or for a deployment, which names it. */
function isMachinery({ AlarmDescription, AlarmActions = [] }: Found): boolean {
  const scales = AlarmActions.every((it) => typeof it === 'object');
  return (
    (AlarmDescription === 'Takes the steps of scaling' && AlarmActions.length > 0 && scales) ||
    (AlarmDescription === 'Takes a new version of the function back' && AlarmActions.length === 0)
  );
}

/** Whether it does nothing by itself, and an alarm of its Region that does looks at it. */
function isPart({ AlarmActions, AlarmName, region }: Found, all: readonly Found[]): boolean {
  return (
    AlarmActions === undefined &&
    all.some(
      (it) =>
        it.region === region &&
        it.AlarmActions !== undefined &&
        it.AlarmRule?.includes(`("${AlarmName}")`) === true,
    )
  );
}

const alarmsOf = ({ stacks }: Synthesized): Found[] =>
  [...stacks.values()].flatMap(({ id, region, template }) =>
    ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
      ofType(template.Resources, type).map((properties) => ({
        ...(properties as unknown as Alarm),
        stack: id,
        region,
      })),
    ),
  );

const ofType = (resources: Readonly<Record<string, Resource>>, type: string) =>
  Object.values(resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties ?? {});

/** Anchors of the headings, as they are made from the text. */
const anchors = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));
const linked = ({ AlarmDescription }: Alarm): string | undefined =>
  / docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1];

test('every alarm links to an entry of the runbook, and every entry has an alarm', () => {
  expect(found.length).toBeGreaterThan(50);
  // No reference has a global datastore of caches, a proxy or logical replication.
  const database = { cluster: 'other', subject: 'other', instanceClass: 'db.r8g.large', peers: [] };
  const others = [
    ...datastoreAlarms(['other-001']),
    ...proxyAlarms('other', 'other'),
    ...databaseAlarms({ ...database, rpoSeconds: 5, logicalReplication: true }),
  ].map(({ entry }) => entry);
  const entries = new Set([...[...found, ...ofOthers].map((alarm) => linked(alarm)), ...others]);
  expect([...found, ...ofOthers].filter((alarm) => linked(alarm) === undefined)).toEqual([]);
  expect([...entries].sort()).toEqual([...anchors].sort());
});

test('every entry says what to look at and what to do', () => {
  const [, ...entries] = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8').split('\n## ');
  for (const entry of entries) {
    expect(entry).toMatch(/^- \*\*Look at\*\* /m);
    expect(entry).toMatch(/^- \*\*Do\*\* /m);
    expect(entry).toMatch(/[Ss]ilen(ce|t)/);
  }
});

test('windows of an error budget are told to nobody: the alarm over both of a pair is', () => {
  const quiet = ofEach.flatMap((all) => all.filter((it) => isPart(it, all)));
  expect(quiet.map(({ AlarmName, region }) => [AlarmName, region]).sort()).toEqual(
    ['fast-1h', 'fast-5m', 'slow-30m', 'slow-6h'].flatMap((window) =>
      ['us-east-1', 'us-east-2'].map((region) => [`meridian-error-budget-${window}`, region]),
    ),
  );
});

test('every alarm tells the topic of its own Region, encrypted, and when it is over too', () => {
  const others = ofEach.flatMap((all) => all.filter((it) => !isPart(it, all)));
  for (const { region, AlarmActions, OKActions, AlarmName } of [...found, ...others]) {
    const topic = `arn:aws:sns:${region}:123456789012:meridian-alarms`;
    expect({ AlarmName, AlarmActions, OKActions }).toEqual({
      AlarmName,
      AlarmActions: [topic],
      OKActions: [topic],
    });
  }
  const regions = new Set(found.map(({ region }) => region));
  const topics = [...assembly.stacks.values()].flatMap(({ region, template }) =>
    ofType(template.Resources, 'AWS::SNS::Topic').map(({ TopicName, KmsMasterKeyId }) => [
      region,
      TopicName,
      KmsMasterKeyId,
    ]),
  );
  expect(topics.sort()).toEqual(
    [...regions].sort().map((region) => [region, 'meridian-alarms', 'alias/meridian-data']),
  );
});

test('no silence is health, but of a metric that exists only while something is bad, or of a deployment', () => {
  const every = [...found, ...ofOthers];
  const healthy = every.filter(({ TreatMissingData }) => TreatMissingData === 'notBreaching');
  expect(new Set(healthy.map(linked))).toEqual(
    new Set([
      'table-throttles',
      'keyspace-throttles',
      'keyspace-errors',
      'graph-queue',
      'cache-throttled',
      'dead-letters',
      'deployment-taken-back',
      'cache-throttled',
    ]),
  );
  for (const alarm of every) {
    const told = alarm.InsufficientDataActions !== undefined;
    expect([linked(alarm), told]).toEqual([linked(alarm), alarm.TreatMissingData === 'missing']);
  }
});

test('what Route 53 reports is watched in us-east-1 alone, once for each Region', () => {
  const health = found.filter(({ Namespace }) => Namespace === 'AWS/Route53');
  expect(health.map(({ region }) => region)).toEqual(['us-east-1', 'us-east-1', 'us-east-1']);
  expect(new Set(health.map(({ Dimensions }) => JSON.stringify(Dimensions))).size).toBe(3);
});

test('a lag beyond the declared objective rings in every Region, whoever writes', async () => {
  const { stacks } = await synthesized({ objectives: { rpoSeconds: 7 } });
  const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
  for (const region of regions) {
    const alarms = ofType(
      stacks.get(`Alarms-${region}`)!.template.Resources,
      'AWS::CloudWatch::Alarm',
    );
    const lag = alarms.find(({ AlarmName }) =>
      String(AlarmName).startsWith('meridian-recovery-point-lag'),
    )!;
    expect(lag.Threshold).toBe(7000);
    const text = JSON.stringify(lag.Metrics);
    expect(text).toContain(`"Value":"meridian-main-s0-${region}"`);
    for (const peer of regions) {
      expect(text.includes(`"Name":"SourceRegion","Value":"${peer}"`)).toBe(peer !== region);
    }
  }
});

test('names of alarms are unique in their Region', () => {
  for (const alarms of [found, ...ofEach]) {
    const names = alarms.map(({ region, AlarmName }) => `${region} ${AlarmName}`);
    expect(new Set(names).size).toBe(names.length);
  }
});

import Ajv from 'ajv';
import loseSchema from '../../../../docs/schemas/review-lose.schema.json';
import pointsSchema from '../../../../docs/schemas/review-single-points.schema.json';
import sumSchema from '../../../../docs/schemas/review-sum.schema.json';
import { loadAssembly } from '../../../../lib/tools/assembly';
import type { LossReport } from '../../../../lib/tools/review';
import { formatSum } from '../../../../lib/tools/review/questions';
import { intentOf, lose, parseLoss, singlePoints, sumOf, View } from '../../../../lib/tools/review';
import { synthesized } from '../../../support/assembly';

let view: View;
beforeAll(async () => {
  const { directory, deployment } = await synthesized();
  view = new View(loadAssembly(directory), intentOf(deployment));
}, 120_000);

const ajv = new Ajv({ allowUnionTypes: true });
const ask = (what: string): LossReport => {
  const report = lose(view, parseLoss(what, view), what);
  const validate = ajv.compile(loseSchema);
  expect([validate(report), validate.errors]).toEqual([true, null]);
  ajv.removeSchema();
  return report;
};
const key = (type: string, region: string): string =>
  view.all(type).find(({ stack }) => stack.region === region)!.key;

it('says of a lost Region where its users go, who waits for a person, and what may be lost', () => {
  const { effects, dataAtRisk, person, capacity } = ask('region:eu-central-1');
  const [near, everybody] = effects;
  expect(near).toMatchObject({ operations: ['reads', 'writes'], seconds: 90, endedBy: 'clocks' });
  expect(near!.users).toContain('EU');
  expect(near!.users).not.toContain('NA');
  expect(near!.path).toContain(key('AWS::ElasticLoadBalancingV2::LoadBalancer', 'eu-central-1'));
  expect(everybody).toMatchObject({ share: 1, operations: ['writes'], endedBy: 'person' });
  // 30 s to detect, 30 to decide, a lease of 10, a promotion of 60: DNS is through with it by then.
  expect(everybody!.seconds).toBe(130);
  expect(dataAtRisk[0]).toMatchObject({
    resource: key('AWS::RDS::DBCluster', 'eu-central-1'),
    seconds: 5,
  });
  expect(person.join()).toContain('promote');
  expect(capacity.map(({ region }) => region)).not.toContain('eu-central-1');
  expect(capacity.every(({ carries, needs }) => carries >= (needs ?? Infinity))).toBe(true);
});

it('says of a Region that writes nothing that only its own users move', () => {
  const { effects, dataAtRisk, person } = ask('region:ap-northeast-1');
  expect(effects).toHaveLength(1);
  expect(effects[0]!.users).toContain('AS');
  expect(dataAtRisk.map(({ resource }) => resource)).not.toContain(
    key('AWS::RDS::DBCluster', 'ap-northeast-1'),
  );
  expect(person).toEqual([]);
});

it('says of a zone that writes may wait for its database to take over by itself, and of no other Region', () => {
  const { effects, dataAtRisk, person } = ask('az:eu-central-1a');
  const paused = { operations: ['writes'], seconds: 60, endedBy: 'clocks', share: 1 };
  expect(effects).toEqual([expect.objectContaining(paused)]);
  expect([dataAtRisk, person]).toEqual([[], []]);
  expect(ask('az:ap-northeast-1a').effects).toEqual([]);
});

it('says that a Region that nobody reaches goes on to be read, and that writes wait for a person', () => {
  const { effects, dataAtRisk, person } = ask('partition:eu-central-1');
  // 30 s to detect, 30 s to decide, a lease of 10 s, 60 s to promote.
  const stopped = { operations: ['writes'], seconds: 130, endedBy: 'person', share: 1 };
  expect(effects).toEqual([expect.objectContaining(stopped)]);
  expect(dataAtRisk.map(({ resource }) => resource)).toContain(
    key('AWS::RDS::DBCluster', 'eu-central-1'),
  );
  expect(person.join()).toContain('promote');
  expect(ask('partition:us-east-2').effects).toEqual([]);
});

it.each([
  ['one Region of the strong table', 'service:dynamodb@us-east-1'],
  ['a control plane that serving does not need', 'control-plane:route53'],
  ["the CDN's Region, whose data plane is everywhere", 'region:us-east-1'],
])('finds nobody affected by the loss of %s', (_, what) => {
  expect(ask(what).effects).toEqual([]);
});

it('says that a lost cache slows down and loses nothing', () => {
  const { effects, dataAtRisk } = ask(
    `resource:${key('AWS::ElastiCache::ReplicationGroup', 'us-east-2')}`,
  );
  expect(effects).toEqual([expect.objectContaining({ operations: ['reads'], seconds: 60 })]);
  expect(dataAtRisk).toEqual([]);
});

it('says that a service in one Region takes that Region, and no other, out', () => {
  const { effects } = ask('service:elasticloadbalancing@us-east-2');
  expect(effects).toHaveLength(1);
  expect(effects[0]!.users).toContain('NA');
});

it('says that a Region without copies reads those of others, and nothing stops', () => {
  expect(ask('service:rds@us-east-2').effects).toEqual([]);
});

it('finds no single point by exhaustion but what stands everywhere', () => {
  const report = singlePoints(view);
  const validate = ajv.compile(pointsSchema);
  expect([validate(report), validate.errors]).toEqual([true, null]);
  expect(report.tried).toBeGreaterThan(view.all().length);
  expect(report.points).toEqual([]);
  const lost = report.everywhere.map((point) => point.lost);
  expect(lost).toContain(`resource:${key('AWS::CloudFront::Distribution', 'us-east-1')}`);
  expect(lost).toContain(`resource:${key('AWS::Route53::HostedZone', 'us-east-1')}`);
});

it('finds the loss of every Region and writer where the objective is stricter than the clocks', () => {
  const strict = { ...view.intent, objectives: { rtoSeconds: 100, rpoSeconds: 5 } };
  const { points } = singlePoints(new View(view.assembly, strict));
  const lost = points.map((point) => point.lost);
  expect(lost).toContain('region:eu-central-1');
  expect(lost).toContain(`resource:${key('AWS::RDS::DBCluster', 'eu-central-1')}`);
  expect(lost).not.toContain('region:ap-northeast-1');
  const shares = points.map(({ share }) => share);
  expect(shares).toEqual([...shares].sort((one, other) => other - one));
});

it('takes the declared decision and promotion for the time that writes stop', () => {
  const objectives = { rtoSeconds: 300, rpoSeconds: 5, decisionSeconds: 600, promotionSeconds: 1 };
  const slow = new View(view.assembly, { ...view.intent, objectives });
  const [, writes] = lose(slow, parseLoss('region:eu-central-1', slow), 'slow').effects;
  expect(writes!.seconds).toBe(30 + 600 + 10 + 1);
});

it('says of a lost database that its shard is moved, with what may be lost, and that reads go on', () => {
  const cluster = key('AWS::RDS::DBCluster', 'eu-central-1');
  const { effects, dataAtRisk } = ask(`resource:${cluster}`);
  expect(effects.map(({ operations, seconds }) => [operations.join(), seconds])).toEqual([
    ['writes', 130],
  ]);
  expect(dataAtRisk.map(({ resource }) => resource)).toEqual([cluster]);
});

it('adds up the clocks of each pair of Regions, availability, capacity and quotas', () => {
  const report = sumOf(view);
  const validate = ajv.compile(sumSchema);
  expect([validate(report), validate.errors]).toEqual([true, null]);
  expect(report.pairs).toHaveLength(6);
  for (const pair of report.pairs) {
    const { detectSeconds, ttlSeconds, decideSeconds, leaseSeconds, promoteSeconds } = pair;
    const moved = decideSeconds + leaseSeconds + promoteSeconds;
    expect(pair.readSeconds).toBe(detectSeconds + ttlSeconds);
    expect(pair.writeSeconds).toBe(detectSeconds + Math.max(ttlSeconds, moved));
    expect(moved).toBe(pair.from === 'eu-central-1' ? 100 : 0);
  }
  expect(report.pairs.filter(({ rpoSeconds }) => rpoSeconds === 5).map(({ from }) => from)).toEqual(
    ['eu-central-1', 'eu-central-1'],
  );
  const { oneRegion, reads, writes } = report.availability;
  expect(reads).toBeGreaterThan(writes);
  expect(writes).toBeLessThan(oneRegion);
  expect(report.capacity.every(({ carries, needs }) => carries >= (needs ?? 0))).toBe(true);
  // As many tasks as may run, in each Region: a raise takes days.
  const raises = report.quotas.filter(({ raise }) => raise);
  expect(raises.map(({ region, what, count }) => `${region} ${what} ${count}`).sort()).toEqual([
    'ap-northeast-1 Fargate vCPUs at the most 48',
    'eu-central-1 Fargate vCPUs at the most 48',
    'us-east-2 Fargate vCPUs at the most 48',
  ]);
  // One for static files, and one for the uploads of each Region.
  expect(report.quotas.find(({ what }) => what === 'origin groups of the CDN')).toMatchObject({
    ...{ count: 4, quota: 10, raise: false },
  });
});

it('prints clusters, instances, health checks and connections of each Region beside what there is by default', () => {
  const text = formatSum(sumOf(view));
  for (const region of ['eu-central-1', 'us-east-2', 'ap-northeast-1']) {
    expect(text).toMatch(
      new RegExp(`^  ${region}: .*database instances 2 of 40, database clusters 1 of 40`, 'm'),
    );
    expect(text).toMatch(new RegExp(`Data-${region}/\\w+: \\d+ of \\d+ \\(`));
  }
  expect(text).toMatch(/^ {2}global: health checks \d+ of 200$/m);
});

it.each([
  ['everything', /is one of region:/],
  [
    'region:eu-central-9',
    /no Region "eu-central-9" \(did you mean eu-central-1\?\).*known: .*eu-central-1/,
  ],
  ['az:eu-central-1z', /no zone/],
  [
    'service:dynamo@us-east-9',
    /no service "dynamo".*dynamodb.*\nno Region "us-east-9" \(did you mean us-east-\d/,
  ],
  ['control-plane:sqs', /no control plane/],
  ['resource:Balancer9', /no resource "Balancer9"/],
])('refuses %s and says what there is', (what, message) => {
  expect(() => parseLoss(what, view)).toThrow(message);
});

it('asks for the key of a logical id that several stacks have', () => {
  const [, id] = key('AWS::RDS::DBCluster', 'eu-central-1').split('/');
  expect(() => parseLoss(`resource:${String(id)}`, view)).toThrow(
    /3 resources .*Data-eu-central-1\//,
  );
});

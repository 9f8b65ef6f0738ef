import { Names, resolveDeployment, topologySeed } from '../../../../../lib/config';
import { formatStatus } from '../../../../../lib/tools/operations/regions/private/format';
import declaration from '../../../../../lib/config/declarations/multi-region';
import type {
  Estate,
  OperateOptions,
  Operation,
} from '../../../../../lib/tools/operations/regions';
import {
  awsEstate,
  drainOf,
  evacuationOf,
  operate,
  statusOf,
  switchoverOf,
} from '../../../../../lib/tools/operations/regions';
import { PassThrough } from 'node:stream';
import { route53Server } from '../geo/route53-server';
import type { Route53Server } from '../geo/route53-server';
import { AwsServer } from './aws-server';

/** The SDK's own clients against HTTP servers in the place of AWS. */
jest.setTimeout(60_000);

const deployment = resolveDeployment(declaration);
const names = new Names(deployment);
const REGIONS = deployment.regions.map(({ name }) => name);
const [FRANKFURT, OHIO, TOKYO] = ['eu-central-1', 'us-east-2', 'ap-northeast-1'] as const;
const CLUSTER = names.globalCluster('main', 's0');
const ENV = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'test' };
const before = { ...process.env };

let aws: AwsServer;
let route53: Route53Server;
let estate: Estate;

beforeEach(async () => {
  aws = await AwsServer.start(names.table('topology'), REGIONS);
  const check = (host: string): string =>
    `<Type>HTTPS</Type><FullyQualifiedDomainName>${host}</FullyQualifiedDomainName>`;
  route53 = await route53Server({
    zones: {},
    checks: Object.fromEntries(
      REGIONS.map((region) => [
        `hc-${region}`,
        {
          config: check(names.regionalHost(region)),
          statuses: ['Success: HTTP Status Code 200, OK'],
        },
      ]),
    ),
    answer: () => undefined,
  });
  process.env = {
    ...{ ...before, ...ENV },
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_ROUTE_53: route53.url,
  };
  aws.clusters[CLUSTER] = {
    ...{ writer: FRANKFURT, status: 'available' },
    lagMs: { [OHIO]: 800, [TOKYO]: 1_500 },
  };
  estate = awsEstate(deployment, { lookMs: 20, leaseMs: 100, pathStyle: true });
  await seed();
  aws.requests.length = 0;
});
afterEach(() => {
  estate.close();
  route53.close();
  aws.close();
  process.env = before;
});

/** As the migration function seeds it. */
async function seed(): Promise<void> {
  const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ region: REGIONS[0] ?? '' });
  const { shards, ...rest } = topologySeed(deployment);
  const serving = Object.entries(shards).map(([name, shard]) => {
    return [name, { ...shard, state: 'serving', epoch: 1 }] as const;
  });
  const document = { schemaVersion: 1, epoch: 1, ...rest, shards: Object.fromEntries(serving) };
  await client.send(
    new PutItemCommand({
      TableName: names.table('topology'),
      Item: {
        id: { S: 'topology' },
        epoch: { N: '1' },
        document: { S: JSON.stringify(document) },
      },
    }),
  );
  client.destroy();
}

const run = (operation: Operation, options: OperateOptions = {}) =>
  operate(estate, operation, { yes: true, ...options }, { stderr: new PassThrough() });
const home = async () => (await estate.control.read()).shards['s0'];

test('status tells lag by the copies that publish it, and who serves', async () => {
  const report = await statusOf(estate);
  expect(report.findings).toEqual([]);
  expect(report.shards['s0']?.copies).toEqual([
    { region: FRANKFURT, role: 'writer', lagBytes: null, lagSeconds: null },
    { region: OHIO, role: 'standby', lagBytes: null, lagSeconds: 0.8 },
    { region: TOKYO, role: 'standby', lagBytes: null, lagSeconds: 1.5 },
  ]);
  expect(report.capacity).toEqual({ serving: REGIONS, needed: 2, enough: true });
});

test('status tells how full queues are, and of dead letters as something to look at', async () => {
  const [queue] = deployment.queues;
  const [events, dead] = [names.queue(queue!), names.deadLetters(queue!)];
  const tell = (name: string, visible: number, age: number) => {
    aws.queues.set(`${OHIO} ${name} ApproximateNumberOfMessagesVisible`, visible);
    aws.queues.set(`${OHIO} ${name} ApproximateAgeOfOldestMessage`, age);
  };
  tell(events, 7, 31);
  tell(dead, 2, 4_000);
  const report = await statusOf(estate);
  expect(report.regions[OHIO]?.queues).toEqual({
    [events]: { waiting: 7, oldestSeconds: 31 },
    [dead]: { waiting: 2, oldestSeconds: 4_000 },
  });
  expect(report.findings).toEqual([`${OHIO}: 2 messages in ${dead}`]);
  expect(formatStatus(report)).toContain(`queues: ${events} 7 (31 s), ${dead} 2 (4000 s)`);
  // What tells nothing is not known, and not taken for empty.
  const silent = { waiting: null, oldestSeconds: null };
  expect(report.regions[TOKYO]?.queues).toEqual({ [events]: silent, [dead]: silent });
  aws.queues.clear();
});

test('throttled requests are repeated', async () => {
  aws.throttled = 3;
  expect((await statusOf(estate)).findings).toEqual([]);
}, 30_000);

test('what does not answer is unknown, and never well', async () => {
  route53.refuse();
  aws.lost.add(FRANKFURT);
  const report = await statusOf(estate);
  expect(report.regions[FRANKFURT]).toMatchObject({ answers: null, writes: ['s0'] });
  // Tokyo's switch lies in the lost Region's bucket.
  expect(report.regions[TOKYO]?.traffic).toBeNull();
  expect(report.capacity).toEqual({ serving: [], needed: 2, enough: null });
  expect(report.unknown.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      `health of ${OHIO}`,
      `traffic switch of ${TOKYO}`,
      `copy of s0 in ${FRANKFURT}`,
    ]),
  );
  // Nor is a missing figure a lag of nothing.
  expect(report.shards['s0']?.copies?.[1]).toMatchObject({ region: OHIO, lagSeconds: 0.8 });
}, 60_000);

test('a drain is one object in another Region, and refuses to leave too few', async () => {
  expect(await run(drainOf(FRANKFURT))).toMatchObject({ outcome: 'done', reason: null });
  const bucket = names.bucket('switch', OHIO);
  expect([...aws.objects]).toEqual([`/${bucket}/${names.switchKey(FRANKFURT)}`]);
  expect(await run(drainOf(TOKYO))).toMatchObject({ outcome: 'refused', done: [] });
  expect(aws.objects.size).toBe(1);
});

test('a switchover fences, waits for the lease, and is ordered where the writer is', async () => {
  const report = await run(switchoverOf(['s0'], TOKYO));
  expect(report).toMatchObject({ outcome: 'done', plan: { shards: [{ lagSeconds: 1.5 }] } });
  expect(await home()).toMatchObject({ home: TOKYO, state: 'serving', epoch: 3 });
  expect(aws.requests).toContain(`rds ${FRANKFURT} SwitchoverGlobalCluster`);
  expect(aws.clusters[CLUSTER]?.writer).toBe(TOKYO);
  expect((await run(switchoverOf(['s0'], TOKYO))).outcome).toBe('nothing-to-do');
});

test('a lost writer is evacuated only with its losses accepted, to the copy that has most', async () => {
  aws.lost.add(FRANKFURT);
  const refused = await run(evacuationOf(FRANKFURT));
  expect(refused).toMatchObject({ outcome: 'refused', done: [] });
  expect(refused.reason).toContain('--accept-loss');
  expect(await home()).toMatchObject({ home: FRANKFURT, state: 'serving' });
  const report = await run(evacuationOf(FRANKFURT), { acceptLoss: true });
  expect(report.reason).toBeNull();
  expect(await home()).toMatchObject({ home: OHIO, state: 'serving' });
  expect(aws.requests).toContain(`rds ${OHIO} FailoverGlobalCluster`);
}, 120_000);

test('storage without instances is told of, and nothing is moved there before it has one', async () => {
  aws.headless.add(OHIO);
  const { shards } = await statusOf(estate);
  expect(shards['s0']?.copies?.map(({ region, role }) => `${region} ${role}`)).toEqual([
    `${FRANKFURT} writer`,
    `${OHIO} headless`,
    `${TOKYO} standby`,
  ]);
  const refused = await run(switchoverOf(['s0'], OHIO));
  expect(refused).toMatchObject({ outcome: 'refused', done: [] });
  expect(refused.reason).toMatch(
    new RegExp(`storage without instances in ${OHIO}.*deploy the data stack of that Region`),
  );
  expect((await home())?.home).toBe(FRANKFURT);
});

test('while one is at work another is told so', async () => {
  const now = Date.now();
  await estate.control.hold({ operation: 'evacuate x', id: 'other', until: now + 60_000 }, now);
  const second = await run(drainOf(FRANKFURT));
  expect(second).toMatchObject({ outcome: 'refused', done: [] });
  expect(second.reason).toContain('another command is at work: evacuate x');
  expect((await statusOf(estate)).underway).toMatchObject({ operation: 'evacuate x' });
  await estate.control.release('other');
  expect((await run(drainOf(FRANKFURT))).outcome).toBe('done');
});

test('nothing but data planes is ever asked to change', async () => {
  await run(drainOf(FRANKFURT));
  await run(switchoverOf(['s0'], TOKYO));
  const changes = aws.requests.filter((it) => !/ (Get|Describe|HEAD)/.test(it));
  const kinds = changes.map((it) => it.split(' ').slice(0, 3).join(' '));
  expect(new Set(kinds)).toEqual(
    new Set([
      ...deployment.controlRegions
        .slice(0, 1)
        .flatMap((region) => [`dynamodb ${region} PutItem`, `dynamodb ${region} DeleteItem`]),
      `s3 ${OHIO} PUT`,
      `rds ${FRANKFURT} SwitchoverGlobalCluster`,
    ]),
  );
  expect(route53.requests.filter((it) => /changetags|rrset/i.test(it))).toEqual([]);
});

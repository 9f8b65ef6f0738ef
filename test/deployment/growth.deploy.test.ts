import { resolveDeployment } from '../../lib/config';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import multiRegion from '../../lib/config/declarations/multi-region';
import replicated from '../../lib/config/declarations/replicated';
import singleServer from '../../lib/config/declarations/single-server';
import { loadAssembly } from '../../lib/tools/assembly';
import { growthStep } from '../../lib/tools/growth';
import { moveDatabases } from '../../lib/tools/operations/move';
import { Account } from '../support/emulator/client';
import {
  bootstrapArguments,
  cdk,
  cdkOk,
  deployArguments,
  destroyArguments,
} from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { statefulIds } from '../support/emulator/inventory';
import { Machine } from '../support/emulator/machine';
import { putAtEdge, viewer } from '../support/emulator/edge';
import { reader, readerBy, writerBy } from '../support/emulator/requests';
import type { Writer } from '../support/emulator/requests';
import { eventually } from '../support/processes';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

jest.setTimeout(400_000);

const [HOME, SECOND, THIRD] = ['eu-central-1', 'us-east-2', 'ap-northeast-1'] as const;

/** The tests are one story, told in order: a product grows, and keeps what it has. */
let emulator: Emulator;
let account: Account;
let one: Synthesized;
let balanced: Synthesized;
let machine: Machine;
let author: Writer;
let slug = '';
let data: Readonly<Record<string, string>>;

const SERVER = { region: HOME, stack: `meridian-server-${HOME}` };
const DATABASES = ['identity', 'content', 'social'];

beforeAll(async () => {
  emulator = await Emulator.start({ databaseRegions: [HOME, SECOND, THIRD] });
  account = new Account(emulator);
  one = await synthesizedFrom(resolveDeployment(singleServer));
  balanced = await synthesizedFrom(resolveDeployment(loadBalanced));
  const regions = ['us-east-1', HOME, SECOND, THIRD];
  await cdkOk(emulator, bootstrapArguments(balanced.directory, regions));
});

afterAll(async () => {
  await (machine as Machine | undefined)?.stop();
  await (emulator as Emulator | undefined)?.stop();
});

async function expectEverything(region: string): Promise<void> {
  expect(await statefulIds(account, balanced)).toEqual(data);
  const { status, headers } = await (await reader(account, region)).article(slug);
  expect([status, headers['x-meridian-region']]).toEqual([200, region]);
}

test('`single-server` is deployed, and its instance sets itself up and serves', async () => {
  await cdkOk(emulator, deployArguments(one.directory));
  machine = await Machine.start(emulator, account, SERVER);
  expect(machine.calls).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^aws ec2 attach-volume --volume-id vol-/),
      expect.stringMatching(/^aws ec2 associate-address --allocation-id eipalloc-/),
      expect.stringMatching(/^cfn-signal --exit-code 0 /),
    ]),
  );
  // Cold and on a busy machine it may not reach all that it needs in the time it gives itself.
  const ready = await eventually(
    async () => await machine.ask('/readyz'),
    ({ status }) => status === 200,
    30_000,
  );
  expect([ready.status, JSON.parse(ready.body)]).toMatchObject([200, { ready: true }]);
  author = await writerBy(machine.ask);
  const { body } = await author.post('Early');
  ({ slug } = (JSON.parse(body) as { article: { slug: string } }).article);
});

test('a greater volume and a greater instance are an update that keeps the volume', async () => {
  const before = await statefulIds(account, one);
  const server = { instanceType: 'm7g.large', volumeGiB: 80 };
  const grown = await synthesizedFrom(resolveDeployment({ ...singleServer, server }));
  await cdkOk(emulator, deployArguments(grown.directory));
  for (const kind of ['server', 'volume'])
    expect(await account.status(HOME, `meridian-${kind}-${HOME}`)).toBe('UPDATE_COMPLETE');
  expect(await statefulIds(account, one)).toEqual(before);
});

test('all of `load-balanced` but what needs the taken name stands beside the server', async () => {
  const [before, after] = [one, balanced].map(({ directory }) => loadAssembly(directory));
  const step = growthStep(
    { name: 'before', assembly: before! },
    { name: 'after', assembly: after! },
  );
  await cdkOk(emulator, deployArguments(balanced.directory, ...step.deployments[0]!.stacks));
  data = await statefulIds(account, balanced);
  expect(Object.values(data)).not.toContain('gone');
  expect((await machine.ask(`/api/articles/${slug}`)).status).toBe(200);
});

test('what the server holds moves into the deployed cluster, and the server writes no more', async () => {
  const { password } = JSON.parse(await account.secret(HOME, 'meridian/main/s0/master')) as {
    password: string;
  };
  const address = emulator.databases?.addressOf(`meridian-main-s0-${HOME}`) ?? '';
  const secret = encodeURIComponent(password);
  const ends = {
    source: machine.owner,
    target: `postgres://postgres:${secret}@${address}:5432?sslmode=require`,
    databases: DATABASES,
  };
  await moveDatabases(ends);
  const { body } = await author.post('While it follows');
  const late = (JSON.parse(body) as { article: { slug: string } }).article.slug;
  expect(await moveDatabases({ ...ends, cutover: true })).toMatchObject({ phase: 'moved' });
  expect((await author.post('Too late')).status).toBeGreaterThanOrEqual(500);
  await expectEverything(HOME);
  expect((await (await reader(account, HOME)).article(late)).status).toBe(200);
});

test('the server goes, the CDN takes its name, and the volume stays', async () => {
  await machine.stop();
  await cdkOk(emulator, destroyArguments(one.directory, `Server-${HOME}`, '--exclusively'));
  await cdkOk(emulator, deployArguments(balanced.directory, 'Edge'));
  expect(await account.stacks(HOME)).not.toContain(SERVER.stack);
  expect(await account.stacks(HOME)).toContain(`meridian-volume-${HOME}`);
  expect(await account.status('us-east-1', 'meridian-edge')).toBe('CREATE_COMPLETE');
  await expectEverything(HOME);
});

test('`replicated` is an update of it that replaces nothing that holds data', async () => {
  const { directory } = await synthesizedFrom(resolveDeployment(replicated));
  await cdkOk(emulator, deployArguments(directory));
  await expectEverything(HOME);
});

test('two Regions at once are refused: tables take one replica an update', async () => {
  const { directory } = await synthesizedFrom(resolveDeployment(multiRegion));
  const stacks = [SECOND, THIRD].map((region) => `Foundation-${region}`);
  const args = deployArguments(directory, ...stacks, 'GlobalData');
  const { code, output } = await cdk(emulator, args);
  expect([code, output]).toEqual([
    1,
    expect.stringContaining('more than one replica addition or deletion per update'),
  ]);
  expect(await account.status(HOME, 'meridian-global-data')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expectEverything(HOME);
});

test.each([
  [SECOND, [HOME, SECOND]],
  [THIRD, [HOME, SECOND, THIRD]],
])('with %s it serves there, too, what it has held since the beginning', async (added, regions) => {
  const declared = Object.fromEntries(regions.map((region) => [region, {}]));
  await cdkOk(emulator, deployArguments((await synthesized({ regions: declared })).directory));
  await expectEverything(HOME);
  await expectEverything(added);
});

test('`vpc-origin` takes the load balancers out of the internet, and its function picks the Region', async () => {
  const hidden = await synthesized({ edge: { mode: 'vpc-origin' } });
  await cdkOk(emulator, deployArguments(hidden.directory));
  expect(await statefulIds(account, balanced)).toEqual(data);
  for (const [country, region] of [
    ['DE', HOME],
    ['US', SECOND],
    ['JP', THIRD],
  ] as const) {
    const { status, headers } = await readerBy(viewer(account, country)).article(slug);
    expect([status, headers['x-meridian-region']]).toEqual([200, region]);
  }
  const { headers } = await (await writerBy(viewer(account, 'JP'))).post('Through the edge');
  expect([headers['x-meridian-region'], headers['x-meridian-written-by']]).toEqual([THIRD, HOME]);
});

test('a Region has a name of its own at the edge; viewers of one that is drained are led on', async () => {
  const ready = async (country: string, host?: string) => {
    const { status, headers } = await viewer(account, country, host)('/readyz');
    return [status, headers['x-meridian-region']];
  };
  expect(await ready('JP')).toEqual([200, THIRD]);
  await putAtEdge(emulator, 'meridian-switch', ['drained', THIRD]);
  expect(await ready('JP')).toEqual([200, HOME]);
  expect(await ready('JP', `${THIRD}.origin.example.com`)).toEqual([200, THIRD]);
});

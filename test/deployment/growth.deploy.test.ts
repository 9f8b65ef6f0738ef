import { resolveDeployment } from '../../lib/config';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import multiRegion from '../../lib/config/declarations/multi-region';
import replicated from '../../lib/config/declarations/replicated';
import { Account } from '../support/emulator/client';
import { bootstrapArguments, cdk, cdkOk, deployArguments } from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { statefulIds } from '../support/emulator/inventory';
import { reader, writer } from '../support/emulator/requests';
import { synthesized, synthesizedFrom } from '../support/assembly';

jest.setTimeout(180_000);

const [HOME, SECOND, THIRD] = ['eu-central-1', 'us-east-2', 'ap-northeast-1'] as const;

/** The tests are one story, told in order: a product grows, and keeps what it has. */
let emulator: Emulator;
let account: Account;
let slug = '';
let data: Readonly<Record<string, string>>;

const BORN = resolveDeployment(loadBalanced);

beforeAll(async () => {
  emulator = await Emulator.start({ databaseRegions: [HOME, SECOND, THIRD] });
  account = new Account(emulator);
});

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

async function expectEverything(region: string): Promise<void> {
  const kept = await statefulIds(account, await synthesizedFrom(BORN));
  expect(kept).toEqual(data);
  const { status, headers } = await (await reader(account, region)).article(slug);
  expect([status, headers['x-meridian-region']]).toEqual([200, region]);
}

test('`load-balanced` is deployed in one Region and serves', async () => {
  const assembly = await synthesizedFrom(BORN);
  const regions = ['us-east-1', HOME, SECOND, THIRD];
  await cdkOk(emulator, bootstrapArguments(assembly.directory, regions));
  await cdkOk(emulator, deployArguments(assembly.directory));
  const { body } = await (await writer(account, HOME)).post('Early');
  ({ slug } = (JSON.parse(body) as { article: { slug: string } }).article);
  data = await statefulIds(account, assembly);
  expect(Object.values(data)).not.toContain('gone');
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

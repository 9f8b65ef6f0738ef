import { TopologyTable } from '../../lambda/platform/topology-store';
import { Account } from '../support/emulator/client';
import {
  bootstrapArguments,
  cdk,
  cdkOk,
  deployArguments,
  destroyArguments,
} from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { inventory, NOTHING, statefulIds } from '../support/emulator/inventory';
import { reader, writer } from '../support/emulator/requests';
import { eventually } from '../support/processes';
import { synthesized } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

const [FRANKFURT, COLUMBUS, TOKYO, DUBLIN] = [
  'eu-central-1',
  'us-east-2',
  'ap-northeast-1',
  'eu-west-1',
] as const;
const SERVING = [FRANKFURT, COLUMBUS, TOKYO];
const EVERYWHERE = ['us-east-1', ...SERVING, DUBLIN];
const MAIN = { engine: 'aurora' } as const;

jest.setTimeout(400_000);

/** The tests are one story, told in order. */
let emulator: Emulator;
let account: Account;
let reference: Synthesized;
/** Of the article that is posted in the beginning. */
let slug = '';
/** Physical ids of all that holds data, as they were in the beginning. */
let data: Readonly<Record<string, string>>;

beforeAll(async () => {
  [emulator, reference] = await Promise.all([
    Emulator.start({ databaseRegions: [...SERVING, DUBLIN] }),
    synthesized(),
  ]);
  account = new Account(emulator);
  await cdkOk(emulator, bootstrapArguments(reference.directory, EVERYWHERE));
  await cdkOk(emulator, deployArguments(reference.directory));
});

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

const stacksOf = (assembly: Synthesized, region: string): readonly string[] =>
  [...assembly.stacks.values()]
    .filter((stack) => stack.region === region)
    .map(({ name }) => name)
    .sort();

/** The article can be read in a Region. */
async function expectArticle(region: string): Promise<void> {
  const { status, headers, body } = await (await reader(account, region)).article(slug);
  expect([status, headers['x-meridian-region']]).toEqual([200, region]);
  expect(JSON.parse(body)).toMatchObject({ article: { slug, title: 'Deployed' } });
}

/** What failed, as CloudFormation says it in the events of a stack. */
async function failures(region: string, stack: string): Promise<readonly string[]> {
  const events = await account.events(region, stack);
  return events
    .filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED') === true)
    .map(({ ResourceStatusReason = '' }) => ResourceStatusReason);
}

test('one command deploys every stack of the reference, in the order that it needs', async () => {
  for (const region of ['us-east-1', ...SERVING]) {
    const declared = stacksOf(reference, region);
    expect(await account.stacks(region)).toEqual(declared);
    for (const name of declared)
      expect([name, await account.status(region, name)]).toEqual([name, 'CREATE_COMPLETE']);
  }
});

test('each binding holds in the Regions that read it the id that was generated elsewhere', async () => {
  const read = [...reference.stacks.values()].flatMap(({ region, template }) =>
    Object.values((template.Parameters ?? {}) as Record<string, { Default: string }>)
      .map(({ Default }) => [region, Default] as const)
      .filter(([, name]) => name.startsWith('/meridian/bindings/')),
  );
  const forms = {
    'zone-id': /^Z[A-Z0-9]+$/,
    'nat-addresses': /^(\d+\.\d+\.\d+\.\d+,){2}\d+\.\d+\.\d+\.\d+$/,
    'health-check': /^[0-9a-f-]{36}$/,
  };
  expect(read.length).toBeGreaterThan(0);
  for (const [region, name] of read) {
    const kind = name.split('/')[3] as keyof typeof forms;
    expect([region, name, await account.parameter(region, name)]).toEqual([
      region,
      name,
      expect.stringMatching(forms[kind]),
    ]);
  }
});

test('nothing is left to deploy: the difference is empty', async () => {
  const args = ['diff', '--all', '--app', reference.directory, '--method', 'template', '--fail'];
  const { code, output } = await cdk(emulator, args);
  expect([code, output]).toEqual([0, expect.stringContaining('with differences: 0')]);
});

test('a load balancer forbids whoever does not bring the secret header', async () => {
  const { status } = await account.ask(`${COLUMBUS}.origin.example.com`, '/api/articles');
  expect(status).toBe(403);
});

test.each(SERVING)(
  'the function in %s answers through its load balancer, ready',
  async (region) => {
    // A cold function on a busy machine may not reach all that it needs in the time it gives itself.
    const answer = await eventually(
      async () => await account.ask(`${region}.origin.example.com`, '/readyz'),
      ({ status }) => status === 200,
      30_000,
    );
    expect([answer.status, answer.headers['x-meridian-region']]).toEqual([200, region]);
    expect(JSON.parse(answer.body)).toMatchObject({
      dependencies: { topology: 'ok', sessions: 'ok', 'identity.s0': 'ok', 'content.s0': 'ok' },
    });
  },
);

test('what is posted in Tokyo is written in Frankfurt and read in Columbus', async () => {
  const tokyo = await writer(account, TOKYO);
  const { headers, body } = await tokyo.post('Deployed');
  expect([headers['x-meridian-region'], headers['x-meridian-written-by']]).toEqual([
    TOKYO,
    FRANKFURT,
  ]);
  ({ slug } = (JSON.parse(body) as { article: { slug: string } }).article);
  await expectArticle(COLUMBUS);
  data = await statefulIds(account, reference);
  expect(Object.values(data)).not.toContain('gone');
});

test('an update of sizes everywhere replaces nothing that holds data', async () => {
  const grown = await synthesized({
    stores: { main: { ...MAIN, instanceClass: 'db.r8g.xlarge' } },
    cache: { nodeType: 'cache.m7g.xlarge' },
    services: { api: { memoryMiB: 1024 } },
  });
  await cdkOk(emulator, deployArguments(grown.directory));
  for (const region of SERVING)
    for (const kind of ['data', 'cache', 'service']) {
      const name = `meridian-${kind}-${region}`;
      expect([name, await account.status(region, name)]).toEqual([name, 'UPDATE_COMPLETE']);
    }
  expect(await statefulIds(account, reference)).toEqual(data);
  await expectArticle(TOKYO);
});

test('an update that a service refuses fails and is rolled back; the product goes on', async () => {
  const older = await synthesized({
    stores: { main: { ...MAIN, engineVersion: '16.8', instanceClass: 'db.r8g.xlarge' } },
  });
  const [id, stack] = [`Data-${FRANKFURT}`, `meridian-data-${FRANKFURT}`];
  const args = [...deployArguments(older.directory, id), '--exclusively'];
  const { code, output } = await cdk(emulator, args);
  expect([code, output]).toEqual([1, expect.stringContaining('never an upgrade')]);
  expect(await account.status(FRANKFURT, stack)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await failures(FRANKFURT, stack)).toEqual([expect.stringContaining('from 17.7 to 16.8')]);
  expect(await statefulIds(account, reference)).toEqual(data);
  await expectArticle(FRANKFURT);
});

test('`production` refuses to be destroyed, and what stays is exactly what holds data', async () => {
  const { code, output } = await cdk(emulator, destroyArguments(reference.directory));
  expect([code, output]).toEqual([
    1,
    expect.stringContaining('cannot be deleted while TerminationProtection is enabled'),
  ]);
  const stateless = [...reference.stacks.values()].filter((s) => !s.terminationProtection);
  // The data stands in the networks: they cannot go before it.
  const goes = stateless.map(({ id }) => id).filter((id) => !id.startsWith('Network-'));
  await cdkOk(emulator, destroyArguments(reference.directory, ...goes));
  const stays = (region: string): readonly string[] =>
    stacksOf(reference, region).filter((name) =>
      /-(zone|foundation|credentials|vault|network|data|queues|control)(-|$)/.test(name),
    );
  for (const region of ['us-east-1', ...SERVING])
    expect(await account.stacks(region)).toEqual(stays(region));
  expect(await statefulIds(account, reference)).toEqual(data);
});

test('a Region is added to what stayed, by the same command', async () => {
  const four = await ephemeral(...SERVING, DUBLIN);
  await cdkOk(emulator, deployArguments(four.directory));
  expect(await account.stacks(DUBLIN)).toEqual(stacksOf(four, DUBLIN));
  expect(await statefulIds(account, reference)).toEqual(data);
  await expectArticle(DUBLIN);
  expect(Object.keys(await endpoints()).sort()).toEqual([...SERVING, DUBLIN].sort());
});

test('a Region is removed: the others forget it, then its own stacks go', async () => {
  const [four, three] = [await ephemeral(...SERVING, DUBLIN), await ephemeral(...SERVING)];
  await cdkOk(emulator, deployArguments(three.directory));
  const own = [...four.stacks.values()].filter(({ region }) => region === DUBLIN);
  const args = destroyArguments(four.directory, ...own.map(({ id }) => id));
  await cdkOk(emulator, [...args, '--exclusively']);
  expect(await account.stacks(DUBLIN)).toEqual([]);
  expect(await inventory(emulator, DUBLIN)).toEqual(NOTHING);
  expect(Object.keys(await endpoints()).sort()).toEqual([...SERVING].sort());
  expect(await statefulIds(account, reference)).toEqual(data);
  for (const region of SERVING) await expectArticle(region);
});

test('`sharded` is an update: a second shard is born elsewhere, and the first stays', async () => {
  const sharded = await cells();
  await cdkOk(emulator, deployArguments(sharded.directory));
  expect(emulator.databases?.running).toEqual(
    expect.arrayContaining([`meridian-main-s1-${COLUMBUS}`, `meridian-main-s1-${FRANKFURT}`]),
  );
  expect(await account.status(COLUMBUS, `meridian-data-${COLUMBUS}-from-${COLUMBUS}`)).toBe(
    'CREATE_COMPLETE',
  );
  const { s0, s1 } = (await topology())?.shards ?? {};
  expect([s0?.home, s1?.home, s1?.state]).toEqual([FRANKFURT, COLUMBUS, 'serving']);
  expect(Object.keys(s1?.domains.content?.endpoints ?? {}).sort()).toEqual(
    [COLUMBUS, FRANKFURT].sort(),
  );
  expect(await statefulIds(account, reference)).toEqual(data);
  for (const region of SERVING) await expectArticle(region);
});

test('`ephemeral` is destroyed to nothing but the vaults that `production` left', async () => {
  await cdkOk(emulator, destroyArguments((await cells()).directory));
  for (const region of EVERYWHERE) {
    const kept = SERVING.some((it) => it === region);
    const vaults = kept ? [`meridian-vault-${region}`] : [];
    const aliases = kept ? ['alias/meridian-backups'] : [];
    expect([region, await account.stacks(region)]).toEqual([region, vaults]);
    expect([region, await inventory(emulator, region)]).toEqual([region, { ...NOTHING, aliases }]);
  }
  expect(emulator.databases?.running).toEqual([]);
});

async function ephemeral(...regions: readonly string[]): Promise<Synthesized> {
  return await synthesized({ protection: 'ephemeral', regions: declared(regions) });
}

/** Two shards in the three Regions: each is born at home, with copies elsewhere. */
async function cells(): Promise<Synthesized> {
  const s0 = { home: FRANKFURT, standbys: [COLUMBUS, TOKYO], birthRegion: FRANKFURT };
  const s1 = { home: COLUMBUS, standbys: [FRANKFURT], birthRegion: COLUMBUS };
  const product = { stage: 'sharded', protection: 'ephemeral', shards: { s0, s1 } } as const;
  return await synthesized({ ...product, regions: declared(SERVING) });
}

function declared(regions: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(regions.map((region) => [region, {}]));
}

async function topology() {
  return await new TopologyTable(account.api(), 'meridian-topology', ['us-east-2']).read();
}

/** Where the topology document says that the content answers, by Region. */
async function endpoints(): Promise<object> {
  return (await topology())?.shards.s0?.domains.content?.endpoints ?? {};
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopologyTable } from '../../lambda/platform/topology-store';
import reference from '../../lib/config/declarations/multi-region';
import { Account } from '../support/emulator/client';
import {
  bootstrapArguments,
  cdkOk,
  deployArguments,
  destroyArguments,
} from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { meridian } from '../support/emulator/meridian';
import { reader, writer } from '../support/emulator/requests';
import { eventually } from '../support/processes';
import { synthesized } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

const [FRANKFURT, COLUMBUS, EDGE] = ['eu-central-1', 'us-east-2', 'us-east-1'] as const;
/** Two Regions, with what has no part in who writes left out. */
const CHANGES = {
  regions: { [FRANKFURT]: {}, [COLUMBUS]: {} },
  protection: 'ephemeral',
  cache: false,
  uploads: false,
} as const;

jest.setTimeout(600_000);

/** The tests are one story, told in order: who writes changes, and no template with it. */
let emulator: Emulator;
let account: Account;
let product: Synthesized;
let slug = '';

beforeAll(async () => {
  [emulator, product] = await Promise.all([
    Emulator.start({ databaseRegions: [FRANKFURT, COLUMBUS] }),
    synthesized(CHANGES),
  ]);
  account = new Account(emulator);
  await cdkOk(emulator, bootstrapArguments(product.directory, [EDGE, FRANKFURT, COLUMBUS]));
  await cdkOk(emulator, deployArguments(product.directory));
});

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

/** By the operation's own command, as a person gives it. */
async function switchOver(to: string): Promise<void> {
  const file = join(emulator.directory, 'declaration.json');
  writeFileSync(file, JSON.stringify({ ...reference, ...CHANGES }));
  const order = ['switchover', 's0', '--to', to, '--declaration', file, '--yes', '--json'];
  const { code, stdout, stderr } = await meridian(emulator, order);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'done', reason: null });
}

/** What is posted through a Region is written by another. */
async function post(through: string, home: string): Promise<string> {
  // A function may still hold connections to whoever wrote before.
  const answer = await eventually(
    async () => await (await writer(account, through)).post('Moved'),
    ({ status }) => status === 201,
    60_000,
  );
  expect([answer.status, answer.headers['x-meridian-written-by'] ?? through]).toEqual([201, home]);
  return (JSON.parse(answer.body) as { article: { slug: string } }).article.slug;
}

async function expectArticle(region: string): Promise<void> {
  const { status, headers } = await (await reader(account, region)).article(slug);
  expect([status, headers['x-meridian-region']]).toEqual([200, region]);
}

async function topology() {
  return await new TopologyTable(account.api(), 'meridian-topology', [COLUMBUS]).read();
}

/** Who writes, by what names and passwords, and how often that was changed. */
async function ownership(): Promise<object> {
  const secrets = ['meridian/main/s0/master', 'meridian/domain/content', 'meridian/signing'];
  const { s0 } = (await topology())?.shards ?? {};
  return {
    shard: [s0?.home, s0?.state, s0?.epoch],
    promotions: emulator.databases?.promotions,
    secrets: await Promise.all(secrets.map((name) => account.secret(FRANKFURT, name))),
    roles: await emulator.databases?.ask(
      `meridian-main-s0-${COLUMBUS}`,
      'select rolname, rolpassword from pg_authid order by 1',
    ),
  };
}

/** Physical ids of everything, by stack and logical id. */
async function standing(): Promise<Readonly<Record<string, string | undefined>>> {
  const ids = [...product.stacks.values()].map(async ({ region, name }) => {
    const resources = await account.resources(region, name);
    return resources.map((it) => [`${name}/${it.LogicalResourceId}`, it.PhysicalResourceId]);
  });
  return Object.fromEntries((await Promise.all(ids)).flat()) as Record<string, string>;
}

test('who writes is moved to the other Region, by the API that moves it on AWS', async () => {
  slug = await post(COLUMBUS, FRANKFURT);
  await switchOver(COLUMBUS);
  expect(await ownership()).toMatchObject({ shard: [COLUMBUS, 'serving', 3], promotions: 1 });
  slug = await post(FRANKFURT, COLUMBUS);
  await expectArticle(FRANKFURT);
});

test('a change of tags then reaches every stack, and moves no writer and no credential', async () => {
  const [before, stood] = [await ownership(), await standing()];
  const args = [...deployArguments(product.directory), '--tags', 'cost-centre=4711'];
  await cdkOk(emulator, args);
  for (const { region, name } of product.stacks.values()) {
    const tagged = [await account.tags(region, name), await account.status(region, name)];
    expect([name, ...tagged]).toEqual([
      name,
      expect.objectContaining({ 'cost-centre': '4711' }),
      'UPDATE_COMPLETE',
    ]);
  }
  expect(await ownership()).toEqual(before);
  expect(await standing()).toEqual(stood);
  slug = await post(FRANKFURT, COLUMBUS);
});

test("a deleted birth Region's databases come back as a secondary of what writes elsewhere", async () => {
  const [id, name] = [`Data-${FRANKFURT}`, `meridian-data-${FRANKFURT}`];
  const lost = destroyArguments(product.directory, `Migration-${FRANKFURT}`, id, '--exclusively');
  await cdkOk(emulator, lost);
  expect(await account.stacks(FRANKFURT)).not.toContain(name);
  expect(emulator.databases?.running).toEqual([`meridian-main-s0-${COLUMBUS}`]);
  const before = await ownership();
  const parameter = ['--parameters', `${name}:BirthRegion=${COLUMBUS}`];
  await cdkOk(emulator, [...deployArguments(product.directory), ...parameter]);
  expect(await account.status(FRANKFURT, name)).toBe('CREATE_COMPLETE');
  expect(await ownership()).toEqual(before);
  await expectArticle(FRANKFURT);
});

test('it is equal again: the next deployment says nothing of it, and it may write', async () => {
  await cdkOk(emulator, deployArguments(product.directory));
  await switchOver(FRANKFURT);
  slug = await post(COLUMBUS, FRANKFURT);
  await expectArticle(COLUMBUS);
});

import { Account } from '../support/emulator/client';
import { bootstrapArguments, cdk, cdkOk, deployArguments } from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { reader, writer } from '../support/emulator/requests';
import { synthesized } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

const [FRANKFURT, COLUMBUS, TOKYO] = ['eu-central-1', 'us-east-2', 'ap-northeast-1'] as const;
const SERVING = [FRANKFURT, COLUMBUS, TOKYO];

jest.setTimeout(60_000);

let emulator: Emulator;
let account: Account;
let reference: Synthesized;

beforeAll(async () => {
  [emulator, reference] = await Promise.all([
    Emulator.start({ databaseRegions: SERVING }),
    synthesized(),
  ]);
  account = new Account(emulator);
  await cdkOk(emulator, bootstrapArguments(reference.directory, ['us-east-1', ...SERVING]));
  await cdkOk(emulator, deployArguments(reference.directory));
}, 180_000);

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
}, 30_000);

test('one command deploys every stack of the reference, in the order that it needs', async () => {
  const regions = [...new Set([...reference.stacks.values()].map(({ region }) => region))];
  for (const region of regions) {
    const declared = [...reference.stacks.values()].filter((stack) => stack.region === region);
    expect(await account.stacks(region)).toEqual(declared.map(({ name }) => name).sort());
    for (const { name } of declared)
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
    const answer = await account.ask(`${region}.origin.example.com`, '/readyz');
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
  const { slug } = (JSON.parse(body) as { article: { slug: string } }).article;
  const article = await (await reader(account, COLUMBUS)).article(slug);
  expect(article.headers['x-meridian-region']).toBe(COLUMBUS);
  expect(JSON.parse(article.body)).toMatchObject({ article: { slug, title: 'Deployed' } });
});

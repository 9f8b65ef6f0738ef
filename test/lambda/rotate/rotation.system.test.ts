import { createRoleHandler } from '../../../lambda/migrate/roles';
import { Databases } from '../../../lambda/platform/databases';
import { toRequestError } from '../../../lambda/platform/errors';
import { Secrets } from '../../../lambda/platform/secrets';
import { parseSigningKeys } from '../../../lambda/platform/signing-keys';
import { createRotationHandler, type RotationEvent } from '../../../lambda/rotate/handler';
import type { RoleRequest } from '../../../lambda/topology';
import { AWAY, HOME, startWorld, type World } from '../support/world';

const ROLE = 'content-role';
/** What proxies read beside it. */
const LEFT = 'content-role/left';
const FIVE_MINUTES = 5 * 60_000;

let world: World;
let rotation: (event: RotationEvent) => Promise<void>;
/** A server's view of the secrets, whose clock the tests turn. */
let now = 0;
let databases: Databases;

const silent = () => undefined;

beforeAll(async () => {
  world = await startWorld({ leaseMs: 200 });
  for (const region of [HOME, AWAY]) {
    await world.migrator(region)({
      RequestType: 'Create',
      ResourceProperties: world.properties(region),
    });
    const roles = createRoleHandler(world.regions[region]!.settings, silent);
    world.aws.functions.set(`${region}/migration`, (request: RoleRequest) => roles(request));
  }
  const settings = {
    ...{ region: HOME, topologyTable: 'topology', topologyRegions: ['us-east-1'] },
    ...{ signingSecret: 'signing', migrationFunction: 'migration', aws: world.aws.settings },
    leftUsers: new Map([[ROLE, LEFT]]),
  };
  rotation = createRotationHandler(settings, silent);
  world.aws.secrets.set(LEFT, JSON.stringify({ username: 'nobody', password: 'yet' }));
  databases = new Databases(
    { region: HOME, tls: 'disable', poolSize: 2 },
    new Secrets(world.aws.api, HOME, () => now),
  );
}, 60_000);

afterAll(async () => {
  await databases.close();
  await world.stop();
}, 30_000);

/** The user that a server's next query runs as; a look-up that is due is made aside. */
async function user(): Promise<string | undefined> {
  const document = await world.topology.read();
  const query = async () => {
    const sql = await databases.writer(document!.shards.s0!, 'content');
    const [row] = await sql<{ name: string }[]>`select current_user as name from articles
      right join (values (1)) as one on true limit 1`;
    return row?.name;
  };
  await query();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return await query();
}

const secret = () => JSON.parse(world.aws.secrets.get(ROLE)!) as Record<string, string>;

test('two users take turns, and nobody is locked out in between', async () => {
  expect(await user()).toBe('content_api');
  const before = secret();

  await world.aws.rotate(ROLE, rotation);
  expect(secret().username).toBe('content_api_clone');
  expect(secret().password).not.toBe(before.password);
  // The server has not heard of it: the user it knows is still let in.
  expect(await user()).toBe('content_api');

  const document = await world.topology.read();
  const sql = await databases.writer(document!.shards.s0!, 'content');
  const slow = sql<{ name: string }[]>`select current_user as name, pg_sleep(0.5)`.execute();
  now += FIVE_MINUTES;
  expect(await user()).toBe('content_api_clone');
  // What ran in the replaced pool ends in peace.
  expect((await slow)[0]?.name).toBe('content_api');

  await world.aws.rotate(ROLE, rotation);
  now += FIVE_MINUTES;
  expect(await user()).toBe('content_api');
  expect(secret().password).not.toBe(before.password);
}, 30_000);

test('proxies know the user that is left with the one that takes its turn, in every Region, before it does', async () => {
  const before = world.aws.secrets.get(ROLE);
  const looks: (string | undefined)[] = [];
  world.aws.copies.set(LEFT, () => {
    looks.push(world.aws.secrets.get(ROLE));
    return [{ Region: AWAY, Status: looks.length < 2 ? 'InProgress' : 'InSync' }];
  });
  await world.aws.rotate(ROLE, rotation);
  expect(looks).toEqual([before, before]);
  expect(world.aws.secrets.get(LEFT)).toBe(before);
  expect(world.aws.secrets.get(ROLE)).not.toBe(before);
  // It is let in still: a server that has not heard asks as it.
  expect(await user()).toBe((JSON.parse(before!) as Record<string, string>).username);
});

test('where a Region does not get the user that is left, the rotation ends with nothing changed', async () => {
  const before = world.aws.secrets.get(ROLE);
  world.aws.copies.set(LEFT, () => [
    { Region: AWAY, Status: 'Failed', StatusMessage: 'no access to the key' },
  ]);
  await expect(world.aws.rotate(ROLE, rotation)).rejects.toThrow(
    `${LEFT} in ${AWAY} is no access to the key`,
  );
  expect(world.aws.secrets.get(ROLE)).toBe(before);
  world.aws.copies.delete(LEFT);
  now += FIVE_MINUTES;
  expect(await user()).toBe(secret().username);
});

test('a copy that does not know the user yet makes an outage, no defect; once it does, it is asked', async () => {
  const known = world.aws.secrets.get(ROLE)!;
  world.aws.secrets.set(ROLE, JSON.stringify({ username: 'content_api_late', password: 'late' }));
  const document = await world.topology.read();
  const secrets = new Secrets(world.aws.api, HOME);
  const server = new Databases({ region: HOME, tls: 'disable', poolSize: 2 }, secrets);
  const look = () => server.read(document!.shards.s0!, 'content', (sql) => sql`select 1 as one`);
  const refused: unknown = await look().catch((error: unknown) => error);
  expect(toRequestError(refused)).toMatchObject({
    status: 503,
    errors: { database: ['does not let this server in yet'] },
    retryAfterSeconds: 2,
  });
  world.aws.secrets.set(ROLE, known);
  expect([...(await look())]).toEqual([{ one: 1 }]);
  await server.close();
});

test('a step may be repeated', async () => {
  const twice = async (event: RotationEvent) => {
    await rotation(event);
    await rotation(event);
  };
  await world.aws.rotate(ROLE, twice);
  now += FIVE_MINUTES;
  expect(await user()).toBe(secret().username);
});

test('later migrations let both users at what they make', async () => {
  await world.migrator(HOME)({
    RequestType: 'Update',
    ResourceProperties: world.properties(HOME),
  });
  const document = await world.topology.read();
  const sql = await databases.writer(document!.shards.s0!, 'content');
  const [row] = await sql`select
    has_table_privilege('content_api', 'articles', 'insert') as one,
    has_table_privilege('content_api_clone', 'articles', 'insert') as other`;
  expect(row).toEqual({ one: true, other: true });
});

test('while a shard is fenced nothing changes, and the reason is said', async () => {
  const before = world.aws.secrets.get(ROLE);
  const state = (value: 'fenced' | 'serving') =>
    world.changeTopology((document) => ({
      ...document,
      shards: { s0: { ...document.shards.s0!, state: value } },
    }));
  await state('fenced');
  await expect(world.aws.rotate(ROLE, rotation)).rejects.toThrow(
    `migration in ${HOME} failed: shard s0 is fenced: try again later`,
  );
  expect(world.aws.secrets.get(ROLE)).toBe(before);
  await state('serving');
  await world.aws.rotate(ROLE, rotation);
  expect(world.aws.secrets.get(ROLE)).not.toBe(before);
});

test('a Region that cannot be asked leaves the current credentials in use', async () => {
  const before = world.aws.secrets.get(ROLE);
  const roles = world.aws.functions.get(`${HOME}/migration`)!;
  world.aws.functions.delete(`${HOME}/migration`);
  await expect(world.aws.rotate(ROLE, rotation)).rejects.toThrow('Function not found');
  world.aws.functions.set(`${HOME}/migration`, () => Promise.resolve({ done: [] }));
  await expect(world.aws.rotate(ROLE, rotation)).rejects.toThrow(
    'no Region has done admit for s0.content: has a home moved?',
  );
  world.aws.functions.set(`${HOME}/migration`, roles);
  expect(world.aws.secrets.get(ROLE)).toBe(before);
  now += FIVE_MINUTES;
  expect(await user()).toBe(secret().username);
});

test('the signing secret becomes a ring of three keys', async () => {
  const born = world.aws.secrets.get('signing')!;
  await world.aws.rotate('signing', rotation);
  expect(parseSigningKeys(world.aws.secrets.get('signing')!).current).toBe(born);
  await world.aws.rotate('signing', rotation);
  const { current, accepted } = parseSigningKeys(world.aws.secrets.get('signing')!);
  expect(current).not.toBe(born);
  expect(accepted).toHaveLength(3);
  expect(accepted).toContain(born);
});

test('a version that belongs to no rotation is refused', async () => {
  await expect(
    rotation({ Step: 'setSecret', SecretId: ROLE, ClientRequestToken: 'stranger' }),
  ).rejects.toThrow('version stranger of content-role is not being rotated');
});

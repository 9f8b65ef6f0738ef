import { AWAY, HOME, startWorld, type World } from '../support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

function send(RequestType: 'Create' | 'Update' | 'Delete', region: string, Clusters?: object) {
  const properties = world.properties(region);
  return world.migrator(region)({
    RequestType,
    ResourceProperties: { ...properties, ...(Clusters && { Clusters: Clusters as never }) },
  });
}

async function endpoints() {
  const document = await world.topology.read();
  return document?.shards.s0?.domains.content?.endpoints;
}

test('Regions that deploy at once make one document, and the home migrates', async () => {
  const [home, away] = await Promise.all([send('Create', HOME), send('Create', AWAY)]);
  expect(home.Data.Applied).toMatch(/s0\.content: 2 articles and tags/);
  expect(away.Data.Applied).toBe('');
  expect(home.PhysicalResourceId).not.toBe(away.PhysicalResourceId);
  const document = await world.topology.read();
  expect(document).toMatchObject({ schemaVersion: 1, epoch: 2, directory: { home: HOME } });
  expect(Object.keys((await endpoints()) ?? {}).sort()).toEqual([HOME, AWAY].sort());
});

test('a deployment that changes nothing leaves the epoch alone', async () => {
  const { Data } = await send('Update', HOME);
  expect(Data).toEqual({ Epoch: '2', Applied: '', Held: '' });
});

test('a deployment moves no writer, and migrates where the writer is', async () => {
  const moved = await world.topology.read();
  const shards = { s0: { ...moved!.shards.s0!, home: AWAY, state: 'fenced' as const } };
  await world.topology.replace({ ...moved!, epoch: 3, shards }, 2);
  // The old home would find a changed master password, did it look.
  const clusters = {
    'main.s0': { writer: '127.0.0.1:1', reader: '127.0.0.1:1', masterSecret: 'none' },
  };
  await send('Update', HOME, clusters);
  expect((await world.topology.read())?.shards.s0).toMatchObject({ home: AWAY, state: 'fenced' });
  // The standby that AWAY has here is read-only: what failed is said.
  await expect(send('Update', AWAY)).rejects.toThrow(/read-only/);
});

test('a Region that leaves takes its endpoints along and nothing else', async () => {
  await send('Delete', HOME);
  expect(Object.keys((await endpoints()) ?? {})).toEqual([AWAY]);
  expect(await send('Delete', HOME)).toMatchObject({ Data: { Applied: '' } });
});

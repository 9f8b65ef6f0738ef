import { failOver, giveBack } from '../../../../../lib/tools/operations/failover';
import { FAR, LEASE_MS, NEAR, OLD, World } from './world';

const move = (world: World, more: object) =>
  failOver(world.ports, { from: OLD, leaseMs: LEASE_MS, ...more });

test('one shard of several is moved where somebody wants it, and the directory stays', async () => {
  const world = new World(['s0', 's1']);
  await move(world, { shards: ['s1'], to: FAR, steer: false });
  expect(world.shard('s1')).toMatchObject({ home: FAR, state: 'serving' });
  expect(world.shard('s0')).toMatchObject({ home: OLD, state: 'serving', epoch: 3 });
  expect(world.document.directory.home).toBe(OLD);
  expect(world.drained).toEqual([]);
  await move(world, { shards: ['s0'], to: FAR, steer: false });
  expect(world.document.directory.home).toBe(FAR);
});

test('a Region that holds no copy is refused before anybody is promoted', async () => {
  const world = new World();
  await expect(move(world, { to: 'sa-east-1' })).rejects.toThrow(
    'no standby of s0 in sa-east-1 can be reached',
  );
  expect(world.promotions).toEqual([]);
});

describe('after a switchover that failed', () => {
  const fence = (world: World) => {
    world.document = {
      ...world.document,
      shards: { s0: { home: OLD, state: 'fenced', epoch: 2, successor: NEAR } },
    };
  };

  test('the old Region writes again where its copy alone takes writes', async () => {
    const world = new World();
    world.set('s0', OLD, { role: 'writer' });
    fence(world);
    expect(await giveBack(world.ports, { from: OLD, shards: ['s0'] })).toEqual(['s0']);
    expect(world.shard()).toEqual({ home: OLD, state: 'serving', epoch: 3 });
  });

  test.each([
    ['another copy takes writes', NEAR, 'writer'],
    ['a copy cannot be asked', FAR, 'unreachable'],
    ['the old one does not take writes', OLD, 'standby'],
  ] as const)('it stays fenced where %s', async (_why, region, role) => {
    const world = new World();
    world.set('s0', OLD, { role: 'writer' });
    world.set('s0', region, { role });
    fence(world);
    expect(await giveBack(world.ports, { from: OLD, shards: ['s0'] })).toEqual([]);
    expect(world.shard()).toMatchObject({ state: 'fenced', epoch: 2 });
  });
});

import type { Dependencies } from '../../../lambda/api/dependencies';
import { chooseLogicalShard, register } from '../../../lambda/api/registration';
import { Directory } from '../../../lambda/platform/directory';
import { Deadline } from '../../../lambda/platform/deadline';
import { Lease } from '../../../lambda/platform/lease';
import type { ShardLocation, TopologyDocument } from '../../../lambda/topology';

const shard = (home: string, state: ShardLocation['state'] = 'serving'): ShardLocation => ({
  home,
  state,
  epoch: 1,
  domains: {},
});

function documentOf(shards: TopologyDocument['shards']): TopologyDocument {
  return {
    schemaVersion: 1,
    epoch: 1,
    directory: { home: 'a' },
    logicalShards: [
      { first: 0, last: 99, shard: 's0' },
      { first: 100, last: 199, shard: 's1' },
      { first: 200, last: 1023, shard: 's2' },
    ],
    shards,
  };
}

test('users spread over every logical shard that the Region writes, and no other', () => {
  const document = documentOf({ s0: shard('a'), s1: shard('b'), s2: shard('a') });
  const chosen = Array.from({ length: 20_000 }, (_, n) =>
    chooseLogicalShard(document, 'a', `user${n}`),
  );
  expect(chosen.every((logical) => logical < 100 || logical >= 200)).toBe(true);
  expect(new Set(chosen).size).toBe(1024 - 100);
});

test('one name goes to one place, however it is spelled', () => {
  const document = documentOf({ s0: shard('a'), s1: shard('a'), s2: shard('a') });
  expect(chooseLogicalShard(document, 'a', 'JANE')).toBe(chooseLogicalShard(document, 'a', 'jane'));
});

test('no new users while no shard here takes any', () => {
  const document = documentOf({ s0: shard('a', 'fenced'), s1: shard('b'), s2: shard('b') });
  expect(() => chooseLogicalShard(document, 'a', 'jane')).toThrow(/no shard takes new users/);
});

test('a repeated registration whose user’s shard has moved makes no second user here', async () => {
  const userId = String(150n << 12n);
  const writes: string[] = [];
  const refuse = (name: string) => () => {
    writes.push(name);
    return Promise.resolve(true);
  };
  const item = { key: 'u#jane', userId, state: 'confirmed', reservation: 'same', reservedAt: 0 };
  const directory = new Directory({
    get: () => Promise.resolve(item),
    put: refuse('put'),
    update: refuse('update'),
    delete: refuse('delete'),
  });
  // No database is there to be written.
  const deps = { region: 'a', directory, databases: { writer: refuse('writer') } };
  const document = documentOf({ s0: shard('a'), s1: shard('b'), s2: shard('a') });
  const view = { document, ageMs: 0, lease: new Lease(() => 0, 1_000) };
  const input = { username: 'jane', email: 'jane@example.com', password: 'correct horse' };
  const record = { key: 'k', fingerprint: 'same', accepted: ['same'] };
  await expect(
    register(deps as unknown as Dependencies, view, input, record, { deadline: new Deadline() }),
  ).rejects.toMatchObject({ status: 503, errors: { moved: [expect.any(String)] } });
  expect(writes).toEqual([]);
});

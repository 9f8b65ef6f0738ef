import { changeTopology, withoutRegion, withRegion } from '../../../lambda/migrate/registration';
import { scramVerifier } from '../../../lambda/migrate/scram';
import type { TopologyDocument, TopologySeed } from '../../../lambda/topology';

const seed: TopologySeed = {
  directory: { home: 'a' },
  logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
  shards: {
    s0: { home: 'a', domains: { content: { store: 'main', database: 'content', secret: 'c' } } },
  },
};
const clusters = (host: string) => ({
  'main.s0': { writer: `${host}:1`, reader: `${host}:2`, masterSecret: 'm' },
});

/** A table in memory; `race` lets another writer in before the next replacement. */
function memory() {
  const state: { document: TopologyDocument | undefined; race: (() => void) | undefined } = {
    document: undefined,
    race: undefined,
  };
  return {
    state,
    read: () => Promise.resolve(state.document),
    replace: (next: TopologyDocument, expected: number | undefined) => {
      state.race?.();
      state.race = undefined;
      if (state.document?.epoch !== expected) return Promise.resolve(false);
      state.document = next;
      return Promise.resolve(true);
    },
  };
}

test('the first Region makes the document from the seed', () => {
  expect(withRegion(undefined, seed, 'a', clusters('x'))).toMatchObject({
    directory: { home: 'a' },
    shards: {
      s0: {
        home: 'a',
        state: 'serving',
        domains: { content: { endpoints: { a: { writer: 'x:1', reader: 'x:2' } } } },
      },
    },
  });
});

test('a proxy before a cluster is registered with the way past it, which goes when the proxy goes', () => {
  const { 'main.s0': cluster } = clusters('proxy');
  const through = { 'main.s0': { ...cluster, direct: 'cluster:1' } };
  const first = withRegion(undefined, seed, 'a', through);
  const endpointsOf = ({ shards }: typeof first) => shards.s0!.domains.content!.endpoints.a;
  expect(endpointsOf(first)).toEqual({ writer: 'proxy:1', reader: 'proxy:2', direct: 'cluster:1' });
  const next = withRegion({ ...first, epoch: 1 }, seed, 'a', clusters('cluster'));
  expect(endpointsOf(next)).toEqual({ writer: 'cluster:1', reader: 'cluster:2' });
});

test('a change that another one overtook is made again on top of it', async () => {
  const table = memory();
  const other = withRegion(undefined, seed, 'b', clusters('y'));
  table.state.race = () => {
    table.state.document = { ...other, epoch: 1 };
  };
  const document = await changeTopology(table, (now) => withRegion(now, seed, 'a', clusters('x')));
  expect(document?.epoch).toBe(2);
  expect(Object.keys(document!.shards.s0!.domains.content!.endpoints)).toEqual(['b', 'a']);
});

test('a new shard and a new domain are added, what operations moved stays moved', () => {
  const first = withRegion(undefined, seed, 'a', clusters('x'));
  const moved = {
    ...first,
    directory: { home: 'b' },
    shards: { s0: { ...first.shards.s0!, home: 'b', state: 'fenced' as const } },
  };
  const { content } = seed.shards.s0!.domains;
  const grown: TopologySeed = {
    ...seed,
    shards: {
      s0: {
        home: 'a',
        domains: { content: content!, social: { ...content!, database: 'social' } },
      },
      s1: { home: 'a', domains: { content: content! } },
    },
  };
  const next = withRegion(moved, grown, 'a', clusters('x'));
  expect(next.directory.home).toBe('b');
  expect(next.shards.s0).toMatchObject({ home: 'b', state: 'fenced' });
  expect(Object.keys(next.shards.s0!.domains)).toEqual(['content', 'social']);
  expect(next.shards.s1!.home).toBe('a');
});

test('removing a Region and changing nothing more keeps the epoch', async () => {
  const table = memory();
  await changeTopology(table, (now) => withRegion(now, seed, 'a', clusters('x')));
  const remove = (now: TopologyDocument | undefined) => now && withoutRegion(now, 'a');
  expect((await changeTopology(table, remove))?.epoch).toBe(2);
  expect(table.state.document?.shards.s0?.domains.content?.endpoints).toEqual({});
  expect((await changeTopology(table, remove))?.epoch).toBe(2);
});

test('a verifier is the one that PostgreSQL makes', () => {
  // Password and salt of RFC 7677's example.
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  expect(scramVerifier('pencil', salt)).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

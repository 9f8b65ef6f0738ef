import type postgres from 'postgres';
import {
  inFence,
  withCommit,
  Overtaken,
  readFence,
  Unconfirmed,
  type WriteGrant,
} from '../../../lambda/platform/fence';
import { Lease } from '../../../lambda/platform/lease';
import { startStopwatch } from '../../../lambda/platform/stopwatch';
import type { ShardLocation } from '../../../lambda/topology';
import { asOperator, overHttp } from '../support/client';
import { joined, type LiveWorld, person, publish, startLiveWorld } from '../support/live';
import type { RegionOfTest } from '../support/world';

const LEASE_MS = 2_000;

let world: LiveWorld;
let home: RegionOfTest;
let content: postgres.Sql;
let identity: postgres.Sql;
/** Of the same database as `content`, whose connections come to an end here. */
let witness: postgres.Sql;
let author: Awaited<ReturnType<typeof joined>>;

beforeAll(async () => {
  world = await startLiveWorld({ leaseMs: LEASE_MS });
  ({ home } = world);
  content = world.cluster.admin(world.cluster.writer, 'content');
  witness = world.cluster.admin(world.cluster.writer, 'content');
  identity = world.cluster.admin(world.cluster.writer, 'identity');
  author = await joined(overHttp, home);
}, 60_000);

afterAll(async () => {
  await Promise.all([content, identity, witness].map((sql) => sql.end()));
  await world.stop();
}, 30_000);

const post = (title: string, headers = {}) =>
  publish(overHttp, home, { authorization: author.authorization, ...headers }, { title });
const join = (user: object, headers = {}) =>
  overHttp(home, 'POST', '/api/users', { user }, headers);
const setFence = async (sql: postgres.Sql, epoch: number, state = 'serving') => {
  await sql`update fence set epoch = ${epoch}, state = ${state}`;
};
const move = (change: Partial<ShardLocation>) =>
  world.changeTopology((document) => ({
    ...document,
    shards: { s0: { ...document.shards.s0!, ...change } },
  }));
const titled = async (title: string) =>
  (await witness`select from articles where title = ${title}`).length;
const operator = (method: 'GET' | 'POST', body?: object) =>
  asOperator(home, world.aws.secrets.get('signing')!, method, '/internal/fence', body);
const grant = (epoch: number, leaseMs: number): WriteGrant => ({
  epoch,
  lease: new Lease(startStopwatch(), leaseMs),
});
const refused = {
  status: 503,
  body: { errors: { fenced: [expect.any(String) as string] } },
};

describe('the fence of a database', () => {
  test('learns the epoch with the first write', async () => {
    expect((await post('First')).status).toBe(201);
    for (const sql of [content, identity])
      expect(await readFence(sql)).toEqual({ epoch: 1, state: 'serving' });
  });

  test('refuses a server of an older epoch: new writes, repeated ones, registrations', async () => {
    const user = person();
    const [postKey, joinKey] = ['fence-post', 'fence-join'].map((key) => ({
      'idempotency-key': key,
    }));
    expect((await post('Repeated', postKey)).status).toBe(201);
    expect((await join(user, joinKey)).status).toBe(201);
    await Promise.all([setFence(content, 2), setFence(identity, 2)]);
    try {
      const answers = await Promise.all([
        post('Stale'),
        post('Repeated', postKey),
        join(user, joinKey),
        join(person()),
      ]);
      for (const answer of answers) {
        expect(answer).toMatchObject(refused);
        expect(answer.headers.get('retry-after')).toBe('2');
      }
      expect(await titled('Stale')).toBe(0);
    } finally {
      await move({ epoch: 2 });
    }
    expect((await post('Repeated', postKey)).status).toBe(201);
    expect(await titled('Repeated')).toBe(1);
  }, 15_000);

  test('a name that was refused by the fence is free for the next one', async () => {
    const user = person();
    await setFence(identity, 2, 'fenced');
    expect(await join(user)).toMatchObject(refused);
    await setFence(identity, 2);
    expect((await join(user)).status).toBe(201);
  });

  test('a server that the database has overtaken looks at the document at once', async () => {
    const document = (await world.topology.read())!;
    await world.topology.replace(
      {
        ...document,
        epoch: document.epoch + 1,
        shards: { s0: { ...document.shards.s0!, epoch: 3 } },
      },
      document.epoch,
    );
    await setFence(content, 3);
    expect((await post('At once')).status).toBe(201);
  });

  test('many first writes of an epoch ratchet it together', async () => {
    await move({ epoch: 4 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => post(`Together ${n}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await readFence(content)).toEqual({ epoch: 4, state: 'serving' });
  });
});

describe('a transaction that is under way', () => {
  const insert = (title: string, epoch: number, leaseMs: number, pause: () => Promise<unknown>) =>
    inFence(content, grant(epoch, leaseMs), {
      run: async (sql) => {
        await sql`
          insert into articles (id, author_id, author_username, title, description, body)
          values (next_id(1), 1, 'x', ${title}, '', '')`;
        await pause();
        return title;
      },
    });

  test('holds up whoever fences, and wins; the next one loses', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let inside = () => {};
    const entered = new Promise<void>((resolve) => (inside = resolve));
    const writing = insert('Under way', 4, 10_000, async () => {
      inside();
      await released;
    });
    await entered;
    const order: string[] = [];
    const fencing = operator('POST', { shard: 's0', epoch: 5 }).then((answer) => {
      order.push('fenced');
      return answer;
    });
    void writing.then(() => order.push('written'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(order).toEqual([]);
    release();
    expect(await fencing).toMatchObject({
      status: 200,
      body: { databases: { content: { epoch: 5, state: 'fenced' } } },
    });
    expect(order).toEqual(['written', 'fenced']);
    expect(await titled('Under way')).toBe(1);
    await expect(insert('Too late', 4, 10_000, () => Promise.resolve())).rejects.toThrow(Overtaken);
    expect(await titled('Too late')).toBe(0);
  });

  test('is not committed after its lease', async () => {
    await setFence(content, 5);
    const late = insert('After the lease', 5, 300, () => new Promise((r) => setTimeout(r, 400)));
    await expect(late).rejects.toThrow();
    expect(await titled('After the lease')).toBe(0);
  });

  test('that was committed while its lease ran out is not acknowledged', async () => {
    // The clock is looked at before, twice within, and after the transaction.
    const ages = [0, 0, 0];
    const lease = new Lease(() => ages.pop() ?? 1_000, 1_000);
    const write = inFence(
      content,
      { epoch: 5, lease },
      {
        run: async (sql) => {
          await sql`
          insert into articles (id, author_id, author_username, title, description, body)
          values (next_id(1), 1, 'x', 'Unconfirmed', '', '')`;
        },
      },
    );
    await expect(write).rejects.toThrow(Unconfirmed);
    expect(await titled('Unconfirmed')).toBe(1);
  });

  test('is undone as a whole where what goes out with its commit fails', async () => {
    const write = inFence(content, grant(5, 10_000), {
      run: async (sql) => {
        await sql`
          insert into articles (id, author_id, author_username, title, description, body)
          values (next_id(1), 1, 'x', 'Undone', '', '')`;
        withCommit(sql, (last) => last`insert into articles (id) values (1)`);
      },
    });
    await expect(write).rejects.toMatchObject({ code: '23502' });
    expect(await titled('Undone')).toBe(0);
    expect(await titled('After all')).toBe(0);
    await insert('After all', 5, 10_000, () => Promise.resolve());
    expect(await titled('After all')).toBe(1);
  });

  test('is ended by the database itself where the server stands still before the commit', async () => {
    const frozen = insert('Frozen', 5, 300, () => {
      // Nothing of this process runs meanwhile, as under SIGSTOP.
      const until = Date.now() + 600;
      while (Date.now() < until);
      return Promise.resolve();
    });
    const sessions = () => witness`
      select from pg_stat_activity where query like '%insert into articles%'
      and state like 'idle in transaction%'`;
    await expect(frozen).rejects.toThrow();
    expect(await sessions()).toHaveLength(0);
    expect(await titled('Frozen')).toBe(0);
    // A statement as well as a pause.
    const sleeping = inFence(content, grant(5, 300), { run: (sql) => sql`select pg_sleep(5)` });
    await expect(sleeping).rejects.toMatchObject({ code: '25P04' });
  });
});

describe('whoever carries out a failover', () => {
  test('must sign', async () => {
    const unsigned = await overHttp(home, 'GET', '/internal/fence');
    expect(unsigned.status).toBe(403);
    const order = { shard: 's0', epoch: 99 };
    expect((await overHttp(home, 'POST', '/internal/fence', order)).status).toBe(403);
    const guessed = await asOperator(home, 'guess', 'POST', '/internal/fence', order);
    expect(guessed.status).toBe(403);
  });

  test('is told what a server believes and what its databases say', async () => {
    await move({ epoch: 6 });
    await Promise.all([setFence(content, 6), setFence(identity, 5, 'fenced')]);
    const { status, body } = await operator('GET');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      region: home.deps.region,
      leaseMs: LEASE_MS,
      directory: { home: home.deps.region },
      shards: {
        s0: {
          home: home.deps.region,
          state: 'serving',
          epoch: 6,
          databases: {
            content: { epoch: 6, state: 'serving' },
            identity: { epoch: 5, state: 'fenced' },
          },
        },
      },
    });
    expect(body.leaseLeftMs).toBeLessThanOrEqual(LEASE_MS);
  });

  test('closes every database of the shard, and none that has gone on', async () => {
    const order = { shard: 's0', epoch: 7 };
    const fenced = { epoch: 7, state: 'fenced' };
    expect(await operator('POST', order)).toMatchObject({
      status: 200,
      body: { shard: 's0', databases: { content: fenced, identity: fenced } },
    });
    expect(await post('Fenced')).toMatchObject(refused);
    expect(await join(person())).toMatchObject(refused);
    await setFence(content, 8);
    expect(await operator('POST', order)).toMatchObject({
      status: 409,
      body: { databases: { content: { epoch: 8, state: 'serving' }, identity: fenced } },
    });
    expect((await operator('POST', { shard: 'other', epoch: 7 })).status).toBe(422);
    expect((await operator('POST', { shard: 's0', epoch: '7' })).status).toBe(422);
    await move({ epoch: 9 });
    expect((await post('Open again')).status).toBe(201);
  }, 15_000);

  test('learns that a standby cannot be fenced, because nobody can write it', async () => {
    const secret = world.aws.secrets.get('signing')!;
    const order = { shard: 's0', epoch: 10 };
    const answer = await asOperator(world.away, secret, 'POST', '/internal/fence', order);
    expect(answer).toMatchObject({
      status: 503,
      body: { databases: { content: { error: 'does not accept writes at the moment' } } },
    });
  });
});

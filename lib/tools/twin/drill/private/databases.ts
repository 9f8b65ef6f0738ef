import type { Databases, How, Member } from '../../../operations/failover';
import type { DatabaseServer } from '../../run';
import type { ControlClient, Placement } from './control';
import type { World } from './world';
import { until } from './until';
import { regionOf } from './world';

/** Longest wait for a server to take writes, in milliseconds. */
const PROMOTION_MS = 30_000;

/** Longest wait for a standby to replay what its fenced writer has, in milliseconds. */
const CAUGHT_UP_MS = 15_000;

/** Longest wait for a server's answer, and for that of one which is thought to be lost. */
const ANSWER_MS = 1_000;
const LOST_MS = 300;

/** One Region's servers of a shard: one for each store that holds a domain of it. */
export function serversOf(
  world: World,
  { shards }: Placement,
  shard: string,
  region: string,
): readonly DatabaseServer[] {
  const endpoints = Object.values(shards[shard]?.domains ?? {}).flatMap(
    (domain) => domain.endpoints[region]?.writer ?? [],
  );
  return [...new Set(endpoints)].flatMap((endpoint) => serverAt(world, region, endpoint) ?? []);
}

/** The server of an endpoint `HOST:PORT` of the topology document. */
export function serverAt(
  world: World,
  region: string,
  endpoint: string,
): DatabaseServer | undefined {
  const running = world.parts.regions.find(({ plan }) => plan.name === region);
  const proxies = running?.plan.places.proxies;
  return regionOf(world, region).databases.find(({ of, place }) =>
    // Servers know the proxy before it in its place.
    [place, proxies?.get(of.key)?.writer].some(
      (it) => it !== undefined && `${it.address}:${it.port}` === endpoint,
    ),
  );
}

/** PostgreSQL's streaming replication in the place of a global database. */
export class StreamingDatabases implements Databases {
  /** Whether the Region that is thought to be lost has answered; undefined: not asked yet. */
  private answers: boolean | undefined;

  /** @param lost the Region that is left: where it does not answer once, it is not waited for again */
  public constructor(
    private readonly world: World,
    private readonly control: ControlClient,
    private readonly lost: string,
  ) {}

  public async survey(shard: string): Promise<readonly Member[]> {
    const document = await this.control.read();
    return Promise.all(
      this.world.regions.map(async ({ name: region }): Promise<Member> => {
        const servers = serversOf(this.world, document, shard, region);
        const patience = region === this.lost ? LOST_MS : ANSWER_MS;
        const silent = region === this.lost && this.answers === false;
        const states = silent ? [] : await Promise.all(servers.map((it) => stateOf(it, patience)));
        const unreachable = states.length === 0 || states.includes(undefined);
        if (region === this.lost) this.answers = !unreachable;
        if (unreachable) return { region, role: 'unreachable', position: 0n };
        const known = states.flatMap((state) => state ?? []);
        const position = known.reduce((sum, state) => sum + BigInt(state.position), 0n);
        const role = known.every(({ recovering }) => recovering) ? 'standby' : 'writer';
        const newest = Math.min(...known.map(({ newest_at: at }) => at ?? Infinity));
        const newestAt = Number.isFinite(newest) ? { newestAt: newest } : {};
        return { region, role, position, ...newestAt };
      }),
    );
  }

  /** The other standbys follow it, as the other secondaries of a global database do. */
  public async promote(shard: string, region: string, how: How): Promise<void> {
    const document = await this.control.read();
    const chosen = serversOf(this.world, document, shard, region);
    await Promise.all(
      chosen.map((server) => (how === 'switchover' ? this.handOver(server) : promote(server))),
    );
    const { via } = this.world.parts.link;
    const standbys = this.world.parts.regions.flatMap(({ databases }) => databases);
    await Promise.allSettled(
      chosen.flatMap((writer) =>
        standbys
          .filter((it) => it !== writer && it.of.group === writer.of.group)
          .map(async (standby) => {
            if ((await stateOf(standby))?.recovering !== true) return;
            await standby.follow(via(standby.of.region, writer.place));
          }),
      ),
    );
  }

  /**
   * From the writer that answers, which ends in order and so sends all that it has, to its standby,
   * which it follows then. @throws Error where the standby has not got everything: nobody is promoted
   */
  private async handOver(to: DatabaseServer): Promise<void> {
    if ((await stateOf(to))?.recovering === false) return;
    const old = await this.writerOf(to);
    if (old === undefined) throw new Error(`no writer of ${to.of.identifier} answers`);
    const last = BigInt((await stateOf(old))?.position ?? '0');
    const { via } = this.world.parts.link;
    await old.demote(via(old.of.region, to.place), async () => {
      if (!(await this.hasAll(to, last))) {
        throw new Error(`${to.label} has not got all writes in ${CAUGHT_UP_MS / 1000} s`);
      }
      await promote(to);
    });
  }

  private async writerOf({ of }: DatabaseServer): Promise<DatabaseServer | undefined> {
    const group = this.world.parts.regions.flatMap(({ databases }) => databases);
    for (const server of group.filter((it) => it.of.group === of.group)) {
      if ((await stateOf(server))?.recovering === false) return server;
    }
    return undefined;
  }

  private hasAll(standby: DatabaseServer, position: bigint): Promise<boolean> {
    return until(CAUGHT_UP_MS, async () => {
      const state = await stateOf(standby);
      return state !== undefined && BigInt(state.position) >= position;
    });
  }
}

interface ServerState {
  readonly recovering: boolean;
  /** Bytes of log that it holds, as text. */
  readonly position: string;
  readonly newest_at: number | null;
}

/** @returns undefined where it does not answer */
async function stateOf(
  server: DatabaseServer,
  patienceMs = ANSWER_MS,
): Promise<ServerState | undefined> {
  const connection = server.connect('postgres', patienceMs);
  try {
    const [state] = await connection.query<ServerState>(
      `select pg_is_in_recovery() as recovering,
        (case when pg_is_in_recovery()
          then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
          else pg_current_wal_lsn() end - '0/0')::text as position,
        extract(epoch from pg_last_xact_replay_timestamp())::float8 * 1000 as newest_at`,
    );
    return state;
  } catch {
    return undefined;
  } finally {
    await connection.end();
  }
}

async function promote(server: DatabaseServer): Promise<void> {
  if ((await stateOf(server))?.recovering === false) return;
  const connection = server.connect('postgres', PROMOTION_MS + 1_000);
  try {
    const seconds = PROMOTION_MS / 1000;
    const [row] = await connection.query<{ done: boolean }>('select pg_promote(true, $1) as done', [
      seconds,
    ]);
    if (row?.done !== true) throw new Error(`${server.label} was not promoted in ${seconds} s`);
  } finally {
    await connection.end();
  }
}

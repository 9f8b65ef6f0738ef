import type { CacheAside } from '../platform/cache-aside';
import { DOMAINS } from '../platform/databases';
import type { TopologyView } from '../platform/topology-store';
import type { Dependencies } from './dependencies';

export interface Readiness {
  readonly ready: boolean;
  readonly region: string;
  /** `ok`, or what is wrong with it. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The process is about to end; then nothing else counts. */
  readonly draining: boolean;
  /** As the last request found it: reads go on without, so that it makes no Region unready. */
  readonly cache: CacheAside['state'];
  /** Of the topology document, where there is one. */
  readonly epoch: number | null;
  readonly topologyAgeMs: number | null;
}

/** Health checkers of many places ask each second; the dependencies are asked once. */
const TTL_MS = 1_000;
/** A dependency that takes longer is not ready. */
const PROBE_TIMEOUT_MS = 1_500;

/** Looks at each dependency at most once a second, however many ask. */
export class ReadinessProbe {
  private last: { readonly value: Readiness; readonly at: number } | undefined;
  private probing: Promise<Readiness> | undefined;

  constructor(private readonly deps: Dependencies) {}

  async check(): Promise<Readiness> {
    const value = await this.recent();
    const { draining } = this.deps.lifecycle;
    return { ...value, ready: value.ready && !draining, draining };
  }

  private recent(): Promise<Readiness> {
    if (this.last !== undefined && this.deps.now() - this.last.at < TTL_MS)
      return Promise.resolve(this.last.value);
    this.probing ??= this.probe().finally(() => {
      this.probing = undefined;
    });
    return this.probing;
  }

  private async probe(): Promise<Readiness> {
    const { deps } = this;
    const view = await bounded(deps.topology.current()).catch(() => undefined);
    const probes: Record<string, Promise<unknown>> = {
      topology: fresh(view),
      sessions: bounded(deps.sessions.probe()),
      ...this.readers(view),
    };
    const states = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await stateOf(probe)] as const),
    );
    const value: Readiness = {
      ready: states.every(([, state]) => state === 'ok'),
      draining: false,
      cache: deps.cache.state,
      region: deps.region,
      dependencies: Object.fromEntries(states),
      epoch: view?.document.epoch ?? null,
      topologyAgeMs: view?.ageMs ?? null,
    };
    this.last = { value, at: deps.now() };
    return value;
  }

  /** One probe for each domain of each shard of which this Region holds a copy. */
  private readers(view: TopologyView | undefined): Record<string, Promise<unknown>> {
    const { databases } = this.deps;
    const probes: Record<string, Promise<unknown>> = {};
    for (const [name, shard] of Object.entries(view?.document.shards ?? {}))
      for (const domain of DOMAINS.filter((domain) => databases.holds(shard, domain)))
        probes[`${domain}.${name}`] = bounded(
          databases.read(shard, domain, async (sql) => await sql`select from idempotency limit 1`),
        );
    return probes;
  }
}

async function fresh(view: TopologyView | undefined): Promise<void> {
  if (view === undefined) throw new Error('unreadable');
  if (view.lease.leftMs <= 0) throw new Error('stale');
  await Promise.resolve();
}

/** What is wrong stays in words of ours: anybody may read this answer. */
async function stateOf(probe: Promise<unknown>): Promise<string> {
  try {
    await probe;
    return 'ok';
  } catch (error) {
    return error instanceof ProbeTimeout ? 'slow' : 'failed';
  }
}

class ProbeTimeout extends Error {}

async function bounded<T>(probe: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ProbeTimeout());
    }, PROBE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([probe, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

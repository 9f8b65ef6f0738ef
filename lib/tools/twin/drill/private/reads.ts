import type { ReadErrors } from '../model';
import { Client } from './client';
import type { World } from './world';

/** Resolvers that the users of a Region ask, each with an answer of DNS of its own age. */
const RESOLVERS = 8;
/** So often the users of each of them read, in milliseconds. */
const EVERY_MS = 1_000;
/** Over so much of the configured time the resolvers ask DNS for the first time: a lifetime of answers. */
const FIRST_ANSWERS_MS = 60_000;

interface Reader {
  readonly client: Client;
  /** Of what was answered or not, when it was asked for. */
  readonly answered: number[];
  readonly failures: { readonly at: number; readonly as: string }[];
  /** Next slug of its own: near a Region nobody else has read it, so that no cache holds it. */
  turn: number;
}

export type Outage = Omit<ReadErrors, 'outAsConfiguredMs'>;

export interface Written {
  /** Of acknowledged articles, in the order of their acknowledgement. */
  readonly slugs: readonly string[];
}

/**
 * Reads from near every Region, whatever becomes of them; nobody repeats one. An answer is whatever
 * the service says without an error of its own: what was lost is honestly not found.
 */
export class ReadProbe {
  private readonly readers: ReadonlyMap<string, readonly Reader[]>;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly pending = new Set<Promise<void>>();

  public constructor(
    world: World,
    private readonly written: Written,
  ) {
    this.readers = new Map(
      world.regions.map((near) => [
        near.name,
        Array.from({ length: RESOLVERS }, (_, at) => ({
          ...{ client: new Client(world, near), answered: [], failures: [] },
          turn: at,
        })),
      ]),
    );
    const { timeScale } = world.parts;
    for (const readers of this.readers.values()) {
      readers.forEach((reader, at) => {
        this.begin(reader, (at * FIRST_ANSWERS_MS) / RESOLVERS / timeScale);
      });
    }
  }

  /** No new reads; those under way are waited for. */
  public async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.pending);
    for (const reader of [...this.readers.values()].flat()) reader.client.close();
  }

  /** By the Region where users are. Times are of the monotonic clock. */
  public errors(fault: number, end: number): Readonly<Record<string, Outage>> {
    return Object.fromEntries(
      [...this.readers].map(([region, readers]) => {
        const failed: Record<string, number> = {};
        const failures = readers.flatMap((it) => it.failures).filter(({ at }) => at >= fault);
        for (const { as } of failures) failed[as] = (failed[as] ?? 0) + 1;
        const out = readers.map(({ answered, failures: all }) => {
          const again = answered.find((at) => at >= fault) ?? end;
          return all.some(({ at }) => at >= fault && at < again) ? again - fault : 0;
        });
        return [region, { failed, outMs: Math.round(Math.max(0, ...out)) }];
      }),
    );
  }

  private begin(reader: Reader, afterMs: number): void {
    const started = setTimeout(() => {
      this.timers.push(
        setInterval(() => {
          this.read(reader);
        }, EVERY_MS),
      );
    }, afterMs);
    this.timers.push(started);
  }

  private read(reader: Reader): void {
    const slug = this.written.slugs[reader.turn];
    // Until something is written they read what a cache may hold, and ask DNS all the same.
    if (slug === undefined && reader.turn >= RESOLVERS) return;
    const path = slug === undefined ? '/api/tags' : `/api/articles/${slug}`;
    if (slug !== undefined) reader.turn += RESOLVERS;
    const at = performance.now();
    const done = reader.client.send('GET', path, undefined).then((outcome) => {
      if (outcome.kind === 'answer' && outcome.status < 500) reader.answered.push(at);
      else
        reader.failures.push({
          at,
          as: outcome.kind === 'answer' ? String(outcome.status) : outcome.kind,
        });
    });
    this.pending.add(done);
    void done.finally(() => this.pending.delete(done));
  }
}

import { randomUUID } from 'node:crypto';
import { Breaker } from './breaker';
import { isOverload, RequestError, unavailable } from './errors';
import type { Forwarder } from './forward';
import type { Trace } from './trace';

export const READ_PATH = '/internal/read';

/** What is asked about. */
export interface ReadOf {
  /** A slow one says nothing of a Region's others. */
  readonly shard: string;
  /** What the read is part of. @default nothing is traced */
  readonly trace?: Trace | undefined;
}

/** Asks other Regions for what this one holds no copy of; one that fails is not asked for a while. */
export class RemoteReads {
  private readonly breakers = new Map<string, Breaker>();

  constructor(private readonly forwarder: Pick<Forwarder, 'send'>) {}

  /**
   * @param regions in the order in which they are asked
   * @param body JSON of what is asked
   * @throws RequestError 503 where none of them answers
   */
  async read(regions: readonly string[], body: string, about: ReadOf): Promise<unknown> {
    let failure: unknown = unavailable('region', 'none that holds the shard can be reached');
    for (const region of regions) {
      const breaker = this.breakerOf(`${region} ${about.shard}`);
      if (!breaker.admit()) continue;
      try {
        const { status, body: text } = await this.send(region, body, about);
        breaker.succeeded();
        // Whatever is wrong with its database, another Region may have a copy.
        if (status === 200) return (JSON.parse(text) as { readonly value?: unknown }).value;
        failure = unavailable('region', `${region} cannot read the shard`);
      } catch (error) {
        // That this server asks too much of it at once says nothing of the Region.
        if (error instanceof RequestError && isOverload(error)) breaker.untold();
        else breaker.failed();
        failure = error;
      }
    }
    throw failure;
  }

  private send(region: string, body: string, about: ReadOf) {
    const common = { method: 'POST', authorization: '', idempotencyKey: randomUUID() };
    return this.forwarder.send(region, { ...common, path: READ_PATH, body }, about);
  }

  private breakerOf(about: string): Breaker {
    const known = this.breakers.get(about);
    if (known !== undefined) return known;
    const breaker = new Breaker();
    this.breakers.set(about, breaker);
    return breaker;
  }
}

import { randomUUID } from 'node:crypto';
import { Breaker } from './breaker';
import { unavailable } from './errors';
import type { Forwarder } from './forward';

export const READ_PATH = '/internal/read';

/** Asks other Regions for what this one holds no copy of; one that fails is not asked for a while. */
export class RemoteReads {
  private readonly breakers = new Map<string, Breaker>();

  constructor(private readonly forwarder: Pick<Forwarder, 'send'>) {}

  /**
   * @param regions in the order in which they are asked
   * @param body JSON of what is asked
   * @param shard of which it is asked: a slow one says nothing of a Region's others
   * @throws RequestError 503 where none of them answers
   */
  async read(regions: readonly string[], body: string, shard: string): Promise<unknown> {
    let failure: unknown = unavailable('region', 'none that holds the shard can be reached');
    for (const region of regions) {
      const breaker = this.breakerOf(`${region} ${shard}`);
      if (!breaker.admit()) continue;
      try {
        const { status, body: text } = await this.send(region, body, shard);
        breaker.succeeded();
        // Whatever is wrong with its database, another Region may have a copy.
        if (status === 200) return (JSON.parse(text) as { readonly value?: unknown }).value;
        failure = unavailable('region', `${region} cannot read the shard`);
      } catch (error) {
        breaker.failed();
        failure = error;
      }
    }
    throw failure;
  }

  private send(region: string, body: string, shard: string) {
    const common = { method: 'POST', authorization: '', idempotencyKey: randomUUID() };
    return this.forwarder.send(region, { ...common, path: READ_PATH, body }, { shard });
  }

  private breakerOf(about: string): Breaker {
    const known = this.breakers.get(about);
    if (known !== undefined) return known;
    const breaker = new Breaker();
    this.breakers.set(about, breaker);
    return breaker;
  }
}

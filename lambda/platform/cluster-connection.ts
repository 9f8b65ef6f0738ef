import { type Reply, RespConnection, type RespOptions } from './resp';
import { slotOf } from './slots';

/** Which node has which slots: first and last of each range, by node. */
type Ranges = readonly { readonly first: number; readonly last: number; readonly node: string }[];

/**
 * Connections to the nodes of a cluster, each opened at first use. Which node has which keys is asked of
 * whoever stands behind the endpoint, and again when a node says that a key has moved. One connection
 * that fails ends all: the endpoint leads to nodes that are there.
 *
 * @see https://valkey.io/topics/cluster-spec/
 */
export class ClusterConnection {
  private readonly nodes = new Map<string, Promise<RespConnection>>();
  private ranges: Ranges = [];
  private ended = false;

  private constructor(
    private readonly options: RespOptions,
    private readonly onEnd: () => void,
  ) {}

  /** @throws Error where the endpoint does not answer in time, or is no cluster */
  static async open(options: RespOptions, onEnd: () => void): Promise<ClusterConnection> {
    const cluster = new ClusterConnection(options, onEnd);
    try {
      await cluster.learn();
    } catch (error) {
      cluster.close();
      throw error;
    }
    return cluster;
  }

  /** @param words a command of one key, which is its second word */
  async send(...words: readonly (string | number)[]): Promise<Reply> {
    const slot = slotOf(String(words[1] ?? ''));
    try {
      return await this.sendTo(slot, words);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('MOVED '))) throw error;
      await this.learn();
      return await this.sendTo(slot, words);
    }
  }

  close(): void {
    this.ended = true;
    for (const node of this.nodes.values()) {
      void node.then(
        (open) => {
          open.close();
        },
        () => undefined,
      );
    }
    this.nodes.clear();
  }

  private async sendTo(slot: number, words: readonly (string | number)[]): Promise<Reply> {
    const range = this.ranges.find(({ first, last }) => first <= slot && slot <= last);
    if (range === undefined) throw new Error(`no node of the cluster has slot ${slot}`);
    const node = await this.nodeAt(range.node);
    return await node.send(...words);
  }

  private async learn(): Promise<void> {
    const { host, port } = this.options;
    const seed = await this.nodeAt(`${host}:${port}`);
    this.ranges = rangesOf(await seed.send('CLUSTER', 'SLOTS'), this.options);
  }

  private nodeAt(node: string): Promise<RespConnection> {
    const known = this.nodes.get(node);
    if (known !== undefined) return known;
    if (this.ended) return Promise.reject(new Error('the connections were closed here'));
    const at = node.lastIndexOf(':');
    const place = { host: node.slice(0, at), port: Number(node.slice(at + 1)) };
    const opening = RespConnection.open({ ...this.options, ...place }, () => {
      if (this.ended) return;
      this.close();
      this.onEnd();
    });
    this.nodes.set(node, opening);
    return opening;
  }
}

/** `[[first, last, [host, port, …], …], …]`; a host that is not told is the one that was asked. */
function rangesOf(reply: Reply, { host: asked }: RespOptions): Ranges {
  if (!Array.isArray(reply)) throw new Error('the cluster does not say which node has which slots');
  return (reply as readonly Reply[]).flatMap((range) => {
    const [first, last, primary] = Array.isArray(range) ? (range as readonly Reply[]) : [];
    const [host, port] = Array.isArray(primary) ? (primary as readonly Reply[]) : [];
    if (typeof first !== 'number' || typeof last !== 'number' || typeof port !== 'number')
      return [];
    const told = typeof host === 'string' && host !== '' && host !== '?' ? host : asked;
    return [{ first, last, node: `${told}:${port}` }];
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobBucketConfig, BlobReplica, BlobReplicationState } from '..';
import type { BlobStore } from './store';
import { metadataOf } from './store';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
const TIMEOUT_MS = 10_000;

/** Path to which copies are sent. */
export const BLOB_PATH = '/_twin/blob';

/** Copies objects to the other Regions, in order, until each has been taken. */
export class Replicator {
  private readonly waiting = new Map<string, Map<string, number>>();
  private readonly running = new Set<string>();
  private readonly abort = new AbortController();

  public constructor(
    private readonly buckets: readonly BlobBucketConfig[],
    private readonly store: BlobStore,
    private readonly directory: string,
    private readonly token: string,
  ) {
    for (const { name, replicas } of buckets)
      for (const replica of replicas) {
        this.waiting.set(replica.bucket, new Map());
        void this.resume(name, replica);
      }
  }

  /** An object that the replicas of a bucket are to get. */
  public async add(bucket: string, key: string): Promise<void> {
    const replicas = this.buckets.find(({ name }) => name === bucket)?.replicas ?? [];
    for (const replica of replicas) {
      await this.store.remember(replica.bucket, key);
      this.waiting.get(replica.bucket)?.set(key, Date.now());
      void this.run(bucket, replica);
    }
  }

  public state(): BlobReplicationState {
    return Object.fromEntries(
      [...this.waiting].map(([bucket, keys]) => {
        const first = keys.values().next().value;
        const oldestMs = first === undefined ? 0 : Date.now() - first;
        return [bucket, { waiting: keys.size, oldestMs }];
      }),
    );
  }

  public close(): void {
    this.abort.abort();
  }

  private async resume(bucket: string, replica: BlobReplica): Promise<void> {
    for (const key of await this.store.remembered(replica.bucket))
      this.waiting.get(replica.bucket)?.set(key, Date.now());
    await this.run(bucket, replica);
  }

  private async run(bucket: string, replica: BlobReplica): Promise<void> {
    const keys = this.waiting.get(replica.bucket);
    if (keys === undefined || this.running.has(replica.bucket)) return;
    this.running.add(replica.bucket);
    let retryMs = FIRST_RETRY_MS;
    for (let [key] = keys.keys(); key !== undefined; [key] = keys.keys()) {
      if (this.abort.signal.aborted) break;
      if (await this.send(bucket, replica, key)) {
        keys.delete(key);
        retryMs = FIRST_RETRY_MS;
        await this.store.forget(replica.bucket, key);
      } else {
        await sleep(retryMs, undefined, { signal: this.abort.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    this.running.delete(replica.bucket);
  }

  private async send(bucket: string, to: BlobReplica, key: string): Promise<boolean> {
    const metadata = await metadataOf(this.directory, bucket, key);
    const bytes = await this.store.get(bucket, key);
    if (metadata === undefined || bytes === undefined) return true;
    const signal = AbortSignal.any([this.abort.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await fetch(new URL(BLOB_PATH, to.url), {
      ...{ method: 'POST', body: new Uint8Array(bytes), signal },
      headers: {
        'x-meridian-twin': this.token,
        'x-blob': JSON.stringify({ bucket: to.bucket, key: encodeURIComponent(key), metadata }),
      },
    }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.status === 200;
  }
}

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is kept of an object beside its bytes. */
export interface BlobMetadata {
  readonly contentType: string;
  readonly cacheControl?: string;
  /** With its quotation marks. */
  readonly etag: string;
  /** Epoch milliseconds of the write; of two writes of one object the later stays. */
  readonly writtenAt: number;
}

/** No name of a bucket begins so. */
const METADATA = '_metadata';
const PENDING = '_pending';
let serial = 0;

/** What of an object is kept beside its bytes; undefined for files that a deployment put there. */
export async function metadataOf(
  directory: string,
  bucket: string,
  key: string,
): Promise<BlobMetadata | undefined> {
  const text = await readFile(metadataPath(directory, bucket, key), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as BlobMetadata);
}

function metadataPath(directory: string, bucket: string, key: string): string {
  return join(directory, METADATA, bucket, encodeURIComponent(key));
}

/** Objects as files below one directory, with a bound for all of them. */
export class BlobStore {
  private used: Promise<number> | undefined;

  public constructor(
    private readonly directory: string,
    private readonly buckets: readonly string[],
    private readonly mostBytes: number,
  ) {}

  /** Whether there is room for so many bytes. */
  public async fits(bytes: number): Promise<boolean> {
    this.used ??= this.measure();
    return (await this.used) + bytes <= this.mostBytes;
  }

  /** Whether it was written: an object that was written later stays as it is. */
  public async put(
    bucket: string,
    key: string,
    bytes: Buffer,
    metadata: BlobMetadata,
  ): Promise<boolean> {
    const before = await metadataOf(this.directory, bucket, key);
    if (before !== undefined && before.writtenAt >= metadata.writtenAt) return false;
    const used = await (this.used ??= this.measure());
    await this.write(join(this.directory, bucket, key), bytes);
    const about = Buffer.from(JSON.stringify(metadata));
    await this.write(metadataPath(this.directory, bucket, key), about);
    this.used = Promise.resolve(used + bytes.length);
    return true;
  }

  public async get(bucket: string, key: string): Promise<Buffer | undefined> {
    return await readFile(join(this.directory, bucket, key)).catch(() => undefined);
  }

  /** Remembers that a replica is to get an object, over an end of this process. */
  public async remember(replica: string, key: string): Promise<void> {
    await this.write(this.pendingPath(replica, key), Buffer.alloc(0));
  }

  public async forget(replica: string, key: string): Promise<void> {
    await rm(this.pendingPath(replica, key), { force: true });
  }

  /** Keys that a replica has yet to get. */
  public async remembered(replica: string): Promise<readonly string[]> {
    const names = await readdir(join(this.directory, PENDING, replica)).catch(() => []);
    return names.map(decodeURIComponent);
  }

  private pendingPath(replica: string, key: string): string {
    return join(this.directory, PENDING, replica, encodeURIComponent(key));
  }

  private async write(path: string, bytes: Buffer): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    serial += 1;
    const unfinished = `${path}.${process.pid}-${serial}~`;
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  }

  private async measure(): Promise<number> {
    const sizes = this.buckets.map(async (bucket) => {
      const root = join(this.directory, bucket);
      const names = await readdir(root, { recursive: true }).catch(() => []);
      const files = await Promise.all(names.map((name) => stat(join(root, name))));
      return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    });
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }
}

export function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

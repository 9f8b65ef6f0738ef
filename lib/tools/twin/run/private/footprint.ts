import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, proportionalSetSize, treeOf } from '../../processes';

/** What a twin takes of this machine. */
export interface Footprint {
  readonly processes: number;
  /** Proportional set size of all processes: pages that several share count once. Bytes. */
  readonly memoryBytes: number;
  /** Of its files: databases, buckets, queues, logs, programs. Bytes, as allocated. */
  readonly diskBytes: number;
}

const BLOCK = 512;
/** Looking costs some milliseconds of CPU for each process: once in so long, whoever asks. */
const KEPT_MS = 10_000;

/** Measures a twin, and gives what was measured a moment ago to whoever asks again. */
export class FootprintMeter {
  private measured: { readonly at: number; readonly of: Promise<Footprint | null> } | undefined;

  /** @param directories of the twin alone */
  public constructor(
    private readonly directories: readonly string[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** null where it cannot be found out. */
  public current(): Promise<Footprint | null> {
    const { measured } = this;
    if (measured !== undefined && this.now() - measured.at < KEPT_MS) return measured.of;
    const of = this.measure().catch(() => null);
    this.measured = { at: this.now(), of };
    return of;
  }

  private async measure(): Promise<Footprint | null> {
    const own = identify(process.pid);
    if (own === undefined) return null;
    const pids = treeOf([own]).map(({ pid }) => pid);
    const [memory, disk] = await Promise.all([
      Promise.all(pids.map(proportionalSetSize)),
      Promise.all(this.directories.map(sizeOf)),
    ]);
    return { processes: pids.length, memoryBytes: sum(memory), diskBytes: sum(disk) };
  }
}

/** Databases make and remove files all the time: what is gone by the time of the look counts nothing. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return sizeOf(path);
      if (!entry.isFile()) return 0;
      return stat(path).then(
        ({ blocks }) => blocks * BLOCK,
        () => 0,
      );
    }),
  );
  return sum(sizes);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

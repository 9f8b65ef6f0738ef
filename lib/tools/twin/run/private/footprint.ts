import { execFile } from 'node:child_process';
import { identify, proportionalSetSize, treeOf } from '../../processes';

/** What a twin takes of this machine. */
export interface Footprint {
  readonly processes: number;
  /** Proportional set size of all processes: pages that several share count once. Bytes. */
  readonly memoryBytes: number;
  /** Of its files: databases, buckets, queues, logs, programs. Bytes, as allocated. */
  readonly diskBytes: number;
}

const KIB = 1_024;
const PATH = '/usr/bin:/bin';
/** Looking costs some milliseconds of CPU for each process: once in so long, whoever asks. */
const KEPT_MS = 30_000;

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
    const [memory, diskBytes] = await Promise.all([
      Promise.all(pids.map(proportionalSetSize)),
      sizesOf(this.directories),
    ]);
    return { processes: pids.length, memoryBytes: sum(memory), diskBytes };
  }
}

/**
 * By `du`, in one go: a large twin has a hundred thousand files, and to look at each of them here cost a third of
 * a processor and 500 MB. Databases make and remove files all the time: what is gone by the time of the look
 * counts nothing, and is complained of.
 *
 * @throws Error where there is no `du`
 */
function sizesOf(directories: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    execFile('du', ['-sk', ...directories], { env: { LC_ALL: 'C', PATH } }, (error, stdout) => {
      const sizes = [...stdout.matchAll(/^(\d+)\s/gm)].map(([, kib]) => Number(kib) * KIB);
      if (error !== null && sizes.length === 0) reject(new Error(error.message));
      else resolve(sum(sizes));
    });
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunHome } from '../../home';

export interface LogKeeperOptions {
  /** A file beyond this is cut. Bytes. @default 16 MiB */
  readonly mostBytes?: number;
  /** Of its end, so much stays. Bytes. @default 1 MiB */
  readonly keptBytes?: number;
  /** Milliseconds between two looks. @default 5000 */
  readonly everyMs?: number;
}

const MIB = 2 ** 20;

/** Where a twin's logs are: those of its Node processes, and of its engines, which stand beside their data. */
export function logsOf({ directory, engines }: Pick<RunHome, 'directory' | 'engines'>) {
  return [join(directory, 'logs'), engines];
}

/**
 * Keeps the logs of a twin's processes from filling the disk. Their files are open for appending, so
 * that they go on where a file that was cut ends.
 */
export class LogKeeper {
  private readonly timer: NodeJS.Timeout;
  private readonly mostBytes: number;
  private readonly keptBytes: number;

  public constructor(
    private readonly directories: readonly string[],
    { mostBytes = 16 * MIB, keptBytes = MIB, everyMs = 5_000 }: LogKeeperOptions = {},
  ) {
    this.mostBytes = mostBytes;
    this.keptBytes = keptBytes;
    this.timer = setInterval(() => {
      void this.look();
    }, everyMs);
    this.timer.unref();
  }

  public close(): void {
    clearInterval(this.timer);
  }

  /** A log that cannot be cut now is cut at the next look. */
  public async look(): Promise<void> {
    for (const directory of this.directories) {
      const names = await readdir(directory).catch(() => []);
      for (const name of names.filter((it) => it.endsWith('.log')))
        await this.cut(join(directory, name)).catch(() => undefined);
    }
  }

  private async cut(path: string): Promise<void> {
    const { size } = await stat(path);
    if (size <= this.mostBytes) return;
    const file = await open(path, 'r+');
    try {
      const tail = Buffer.alloc(this.keptBytes);
      const { bytesRead } = await file.read(tail, 0, this.keptBytes, size - this.keptBytes);
      const head = Buffer.from(`[${size - bytesRead} bytes before this were cut]\n`);
      await file.truncate(0);
      await file.write(Buffer.concat([head, tail.subarray(0, bytesRead)]), 0, undefined, 0);
    } finally {
      await file.close();
    }
  }
}

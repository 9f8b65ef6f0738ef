import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity } from './identity';
import { identify, isAlive } from './identity';

/** Tries until any port that nobody holds is found. */
const TRIES = 50;

/** One file for each port that somebody has chosen and perhaps does not listen on yet. */
function directory(): string {
  return join(tmpdir(), `meridian-ports-${process.getuid?.() ?? 0}`);
}

function fileOf(address: string, port: number): string {
  return join(directory(), `${address.replaceAll(':', '_')}-${port}`);
}

/** Whether another twin, or this one, has chosen the port. What a process that is gone left counts for nothing. */
export function isHeld(address: string, port: number): boolean {
  const holder = holderOf(fileOf(address, port));
  return holder !== undefined && isAlive(holder);
}

function holderOf(file: string): ProcessIdentity | undefined {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startTime === 'number'
      ? { pid, startTime }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ports of one twin, from the moment they are chosen: between the look whether a port is free and the
 * listening lies time, in which another twin that starts would look too, and find it free.
 */
export class HeldPorts {
  private readonly files = new Set<string>();
  /** Looked up once: where there is no /proc, each look is a process. */
  private readonly holder = JSON.stringify(identify(process.pid) ?? { pid: process.pid });

  /** @param free finds a free port: the preferred one where it is free, else any */
  public constructor(private readonly free: (address: string, port: number) => Promise<number>) {}

  /** Takes the preferred port where it is free and not held, else any such one, until {@link release}. */
  public async hold(address: string, preferred: number): Promise<number> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const port = await this.free(address, tried === 0 ? preferred : 0);
      if (this.take(address, port)) return port;
    }
    throw new Error(`no port of ${address} can be held, see ${directory()}`);
  }

  /** Lets others have them. */
  public release(): void {
    for (const file of this.files) rmSync(file, { force: true });
    this.files.clear();
  }

  private take(address: string, port: number): boolean {
    mkdirSync(directory(), { recursive: true, mode: 0o700 });
    const file = fileOf(address, port);
    if (isHeld(address, port)) return false;
    clear(file);
    return this.write(file);
  }

  /** Whole and exclusive in one step: nobody reads half of it. */
  private write(file: string): boolean {
    const building = `${file}.${process.pid}`;
    try {
      writeFileSync(building, this.holder, { mode: 0o600 });
      linkSync(building, file);
      this.files.add(file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(building, { force: true });
    }
  }
}

/** Removes what somebody left who is gone; not what somebody else has put there meanwhile. */
function clear(file: string): void {
  const aside = `${file}.${process.pid}.left`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const holder = holderOf(aside);
  if (holder !== undefined && isAlive(holder)) linkSync(aside, file);
  rmSync(aside, { force: true });
}

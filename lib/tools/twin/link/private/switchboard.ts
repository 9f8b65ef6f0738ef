import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Route } from '..';

/**
 * Which routes are cut: a file with one byte a route, that rises by one with each cut and each heal,
 * so that odd ones are cut. The forwarder looks at the byte before it passes anything on: a cut takes
 * effect with one system call, for all routes in the same instant. A message to the forwarder would
 * stand in line behind the data that it is to stop.
 */
export class Switchboard {
  private readonly file: number;
  private readonly bytes: Buffer;

  private constructor(path: string, flags: 'r' | 'w+', count: number) {
    this.file = openSync(path, flags, 0o600);
    this.bytes = Buffer.alloc(count);
  }

  /** Makes the file, with all routes open. */
  public static create(path: string, count: number): Switchboard {
    const board = new Switchboard(path, 'w+', count);
    board.write();
    return board;
  }

  /** For the forwarder, which only reads. */
  public static open(path: string, count: number): Switchboard {
    return new Switchboard(path, 'r', count);
  }

  public generation(route: number): number {
    readSync(this.file, this.bytes, route, 1, route);
    return this.bytes[route] ?? 0;
  }

  /** As it was last set here. */
  public isCut(route: number): boolean {
    return isCut(this.bytes[route] ?? 0);
  }

  /** Cuts or heals at once every route that the predicate names, and is not so already. */
  public set(routes: readonly Route[], cut: boolean, affects: (route: Route) => boolean): void {
    for (const [at, route] of routes.entries()) {
      const now = this.bytes[at] ?? 0;
      if (affects(route) && isCut(now) !== cut) this.bytes[at] = (now + 1) % 256;
    }
    this.write();
  }

  public close(): void {
    closeSync(this.file);
  }

  private write(): void {
    writeSync(this.file, this.bytes, 0, this.bytes.length, 0);
  }
}

export function isCut(generation: number): boolean {
  return generation % 2 === 1;
}

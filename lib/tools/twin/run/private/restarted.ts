import type { Place } from '../../plan';
import type { PostgresServer, ServerOptions } from '../../postgres';
import type { ProcessIdentity } from '../../processes';
import { signal, treeOf } from '../../processes';

/** A server whose process is another after it has been demoted. */
export class Restarted {
  public readonly place: Place;
  /** Resolves when it ends unasked, or for good; another one after it has been renewed. */
  public exited: Promise<number>;
  private tellExit: (code: number) => void = () => undefined;
  private restarting = false;
  /** What becomes the next server: it may follow another one before it is ready. */
  private starting: ProcessIdentity | undefined;
  private ended = false;

  public constructor(
    private server: PostgresServer,
    private readonly start: (change?: Partial<ServerOptions>) => Promise<PostgresServer>,
  ) {
    this.place = { address: server.address, port: server.port };
    this.exited = new Promise((resolve) => (this.tellExit = resolve));
    this.watch();
  }

  public processes(): readonly ProcessIdentity[] {
    return this.starting === undefined ? this.server.processes() : [this.starting];
  }

  public stop(mode?: 'fast' | 'immediate'): Promise<void> {
    this.ended = true;
    return this.server.stop(mode);
  }

  public async demote(primary: Place, between: () => Promise<void>): Promise<void> {
    this.restarting = true;
    let change: Partial<ServerOptions> = {};
    try {
      await this.server.stop();
      await between();
      change = { role: 'standby', primary };
    } finally {
      if (!this.ended) {
        await this.startAgain(change);
      }
      this.restarting = false;
    }
  }

  /** Ends what is left of it, does `between`, and starts it as a standby of `primary`. */
  public async renew(primary: Place, between: () => Promise<void>): Promise<void> {
    this.restarting = true;
    try {
      await this.server.stop('immediate');
      await between();
      if (this.ended) return;
      await this.begin({ role: 'standby', primary });
    } finally {
      this.restarting = false;
    }
  }

  /**
   * Ends what is left of it at once, does `between`, which ends another one in order, and starts it
   * with the data of that one, which takes writes.
   */
  public async takeOver(between: () => Promise<void>): Promise<void> {
    this.restarting = true;
    try {
      // It may stand still, and hold its place.
      for (const it of treeOf(this.server.processes())) signal(it, 'SIGKILL');
      await this.server.exited;
      await between();
      if (this.ended) return;
      await this.begin({ role: 'writer' });
    } finally {
      this.restarting = false;
    }
  }

  /** Ends it in order, without a word to whoever waits for its end, until it is renewed. */
  public async rest(): Promise<void> {
    this.restarting = true;
    await this.server.stop();
  }

  /** Starts it after an end that was told, or may have been. */
  private async begin(change: Partial<ServerOptions>): Promise<void> {
    await this.startAgain(change);
    this.exited = new Promise((resolve) => (this.tellExit = resolve));
  }

  private async startAgain(change: Partial<ServerOptions>): Promise<void> {
    const onProcess = (guard: ProcessIdentity) => (this.starting = guard);
    try {
      this.server = await this.start({ ...change, onProcess });
    } finally {
      this.starting = undefined;
    }
    this.watch();
  }

  private watch(): void {
    const { server } = this;
    void server.exited.then((code) => {
      if (this.server === server && !this.restarting) this.tellExit(code);
    });
  }
}

import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Place } from '../../plan';
import { NO_ENCRYPTION } from '../../postgres/requests';
import { startupOf } from './startup';

/** Where sessions are led at this moment. */
export interface Lead {
  /** Who reads and writes. */
  readonly session: () => Place;
  /** Who follows the cluster from another Region. */
  readonly replication: () => Place;
}

interface Session {
  readonly kind: keyof Lead;
  readonly far: Socket;
  readonly to: Place;
}

/**
 * The endpoint of a cluster, as its name or its proxy: a session is led to the instance that writes when
 * it begins, and ends with it.
 */
export class Endpoint {
  private readonly server: Server;
  private readonly sessions = new Map<Socket, Session>();

  public constructor(
    private readonly place: Place,
    private readonly lead: Lead,
  ) {
    this.server = createServer({ noDelay: true }, (near) => {
      this.greet(near);
    });
  }

  public listen(): Promise<void> {
    const { address: host, port } = this.place;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, resolve);
    });
  }

  /** Ends every session of a kind with an instance. */
  public abandon({ address, port }: Place, kind: keyof Lead): void {
    for (const [near, { far, to, kind: its }] of [...this.sessions]) {
      if (its !== kind || to.address !== address || to.port !== port) continue;
      near.resetAndDestroy();
      far.destroy();
    }
  }

  public close(): void {
    this.server.close();
    for (const [near, { far }] of [...this.sessions]) {
      near.destroy();
      far.destroy();
    }
  }

  private greet(near: Socket): void {
    let said = Buffer.alloc(0);
    near.on('error', () => near.destroy());
    const listen = (chunk: Buffer) => {
      said = Buffer.concat([said, chunk]);
      const startup = startupOf(said);
      if (startup.kind === 'incomplete') return;
      if (startup.kind === 'encryption' && !startup.tls) {
        said = said.subarray(startup.length);
        near.write(NO_ENCRYPTION);
        return;
      }
      near.off('data', listen);
      near.pause();
      // Whoever copies asks for none: what comes behind such a request is for the server alone to read.
      const copies = startup.kind === 'session' && startup.replication;
      this.join(near, said, copies ? 'replication' : 'session');
    };
    near.on('data', listen);
  }

  private join(near: Socket, said: Buffer, kind: keyof Lead): void {
    const to = this.lead[kind]();
    const far = connect({ host: to.address, port: to.port, noDelay: true });
    this.sessions.set(near, { kind, far, to });
    far.write(said);
    near.pipe(far);
    far.pipe(near);
    far.on('error', () => near.destroy());
    far.once('close', () => near.destroy());
    near.once('close', () => {
      far.destroy();
      this.sessions.delete(near);
    });
  }
}

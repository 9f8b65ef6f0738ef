import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Service } from '../../processes';
import type { LinkConfig, Quality, Route } from '..';
import { PERFECT } from '../quality';
import type { ChannelOptions } from './channel';
import { Channel, Pipe } from './channel';
import { DelayLine } from './delay-line';
import { ForwardedCount } from './forwarded';
import { randomFrom } from './random';
import { isCut, Switchboard } from './switchboard';

/** How often it looks for routes that were cut or healed while nothing went through, in milliseconds. */
const LOOK_MS = 25;

/** Listens for every route and passes on what comes. */
export async function startLink(config: LinkConfig): Promise<Service<null>> {
  const board = Switchboard.open(config.switchboard, config.routes.length);
  const forwarders = forwardersOf(config, board);
  await Promise.all(forwarders.map((forwarder) => forwarder.listen()));
  const timer = setInterval(() => {
    for (const forwarder of forwarders) forwarder.look();
  }, LOOK_MS);
  return {
    ready: null,
    answer: (topic, body) => {
      if (topic === 'connections') return forwarders.map((forwarder) => forwarder.size);
      if (topic === 'forwarded') return forwarders.map(({ forwarded }) => forwarded.value);
      if (topic !== 'qualities') return undefined;
      const qualities = body as readonly Quality[];
      for (const [at, forwarder] of forwarders.entries()) {
        forwarder.quality = qualities[at] ?? PERFECT;
      }
      return true;
    },
    close: () => {
      clearInterval(timer);
      for (const forwarder of forwarders) forwarder.close();
      board.close();
      return Promise.resolve();
    },
  };
}

function forwardersOf(config: LinkConfig, board: Switchboard): readonly Forwarder[] {
  const pipes = new Map<string, Pipe>();
  const pipe = (from: string, to: string): Pipe => {
    const name = `${from} ${to}`;
    const known = pipes.get(name) ?? new Pipe();
    pipes.set(name, known);
    return known;
  };
  return config.routes.map((route, at) => {
    const { from, to, delayMs } = route;
    return new Forwarder(route, {
      generation: () => board.generation(at),
      quality: config.qualities?.[at] ?? { ...PERFECT, delayMs },
      pipes: { there: pipe(from, to), back: pipe(to, from) },
      // Apart for each route, and for each connection below: what one draws changes nobody else's luck.
      random: randomFrom((config.seed ?? 1) * 1_000 + at),
    });
  });
}

interface Pipes {
  readonly there: Pipe;
  readonly back: Pipe;
}

interface ForwarderOptions {
  readonly generation: () => number;
  readonly quality: Quality;
  readonly pipes: Pipes;
  readonly random: () => number;
}

/** One route. While it is cut, connections stay and nothing moves: silence, as of a lost network. */
class Forwarder {
  /** Of what is sent from now on. */
  public quality: Quality;
  public readonly forwarded = new ForwardedCount();
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private seen: number;

  public constructor(
    private readonly route: Route,
    private readonly options: ForwarderOptions,
  ) {
    this.seen = options.generation();
    this.quality = options.quality;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.accept(socket);
    });
  }

  public get size(): number {
    return this.connections.size;
  }

  public listen(): Promise<void> {
    const { address: host, port } = this.route.listen;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, resolve);
    });
  }

  /** Once healed, the connections that lived through the cut are reset. */
  public look(): void {
    const now = this.options.generation();
    if (now === this.seen) return;
    this.seen = now;
    for (const connection of [...this.connections]) {
      if (isCut(now)) connection.freeze();
      else connection.reset();
    }
  }

  public close(): void {
    this.server.close();
    for (const connection of [...this.connections]) connection.reset();
  }

  private accept(near: Socket): void {
    if (this.route.kind === 'requests') near.on('data', this.forwarded.note);
    const connection = new Connection(near, {
      ...{ target: this.route.target, generation: this.options.generation },
      ...{ quality: () => this.quality, pipes: this.options.pipes },
      seed: this.options.random() * 2 ** 32,
      onEnd: () => {
        this.connections.delete(connection);
      },
    });
    this.connections.add(connection);
  }
}

interface ConnectionOptions {
  readonly target: Route['target'];
  readonly generation: () => number;
  readonly quality: () => Quality;
  readonly pipes: Pipes;
  readonly seed: number;
  readonly onEnd: () => void;
}

class Connection {
  /** Of the route when this connection came about: it does not outlive it. */
  private readonly born: number;
  private far: Socket | undefined;
  private ended = false;
  private readonly lines: DelayLine[] = [];

  public constructor(
    private readonly near: Socket,
    private readonly options: ConnectionOptions,
  ) {
    this.born = options.generation();
    near.on('error', () => {
      this.reset();
    });
    if (isCut(this.born)) return;
    const { address: host, port } = options.target;
    const far = connect({ host, port, allowHalfOpen: true, noDelay: true });
    this.far = far;
    far.on('error', () => {
      this.reset();
    });
    const { quality, pipes, seed } = options;
    // The kernel let the client in at once; over the distance its word takes a round trip to be asked for, and
    // the server hears of it one way later (RFC 9293, three-way handshake).
    const [asked, { delayMs }] = [performance.now(), quality()];
    const there = { quality, pipe: pipes.there, random: randomFrom(seed) };
    const back = { quality, pipe: pipes.back, random: randomFrom(seed + 1) };
    this.join(near, far, { ...there, opensAt: asked + 2 * delayMs });
    this.join(far, near, { ...back, opensAt: asked + 3 * delayMs });
    for (const socket of [near, far]) {
      socket.once('close', () => {
        if (near.destroyed && far.destroyed) this.end();
      });
    }
  }

  public freeze(): void {
    this.near.pause();
    this.far?.pause();
  }

  public reset(): void {
    // What a cut network does with the end of a connection: nobody hears of it.
    if (isCut(this.options.generation())) {
      this.freeze();
      return;
    }
    for (const line of this.lines) line.stop();
    for (const socket of [this.near, this.far]) {
      if (socket !== undefined && !socket.destroyed) socket.resetAndDestroy();
    }
    this.end();
  }

  private join(source: Socket, sink: Socket, options: ChannelOptions): void {
    const line = new DelayLine({
      channel: new Channel(options),
      deliver: (chunk) => sink.write(chunk),
      end: () => void sink.end(),
      isCut: () => this.options.generation() !== this.born,
      onRoom: () => {
        if (!source.destroyed) source.resume();
      },
    });
    this.lines.push(line);
    source.on('data', (chunk: Buffer) => {
      if (!line.send(chunk)) source.pause();
    });
    source.once('end', () => {
      line.finish();
    });
    sink.on('drain', () => {
      line.resume();
    });
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const line of this.lines) line.stop();
    this.options.onEnd();
  }
}

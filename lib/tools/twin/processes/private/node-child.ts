import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessIdentity } from './identity';
import { identify } from './identity';
import type { FromChild, ToChild } from './messages';
import { StartError, within } from './wait';

export interface NodeChildOptions {
  /** JavaScript file; it answers over IPC, see {@link runChild}. */
  readonly program: string;
  readonly config: unknown;
  /** The child's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** File to which both outputs are appended. */
  readonly log: string;
  /** Options of Node itself. @default none */
  readonly execArgv?: readonly string[];
  /** Longest time until it says that it is ready, in milliseconds. @default 20000 */
  readonly startTimeoutMs?: number;
}

export interface NodeChild<Ready> {
  readonly identity: ProcessIdentity;
  /** What the child said when it was ready. */
  readonly ready: Ready;
  readonly exited: Promise<number>;
  readonly ended: () => boolean;
  /** @throws Error where the child refuses, ends, or does not answer in time */
  ask(topic: string, body?: unknown, timeoutMs?: number): Promise<unknown>;
  /** Closes the channel, upon which the child ends in order; killed after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  kill(): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts a Node program and waits for its word. It ends when this process does, however that ends.
 *
 * @throws StartError with the program's own words
 */
export async function startNodeChild<Ready>(options: NodeChildOptions): Promise<NodeChild<Ready>> {
  const log = openSync(options.log, 'a', 0o600);
  const child = spawn(process.execPath, [...(options.execArgv ?? []), options.program], {
    cwd: '/',
    env: { ...options.env },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  const exited = exitOf(child);
  const channel = new Channel(child, exited);
  try {
    child.send({ kind: 'start', config: options.config } satisfies ToChild);
    const timeoutMs = options.startTimeoutMs ?? 20_000;
    const first = await within(channel.first, timeoutMs);
    const what = basename(options.program);
    if (first === undefined) throw new StartError(`${what}: not within ${timeoutMs / 1000} s`);
    if (first.kind === 'failed') throw new StartError(`${what}: ${first.message}`);
    return handle<Ready>(child, channel, exited, first.value as Ready);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

type First = Extract<FromChild, { kind: 'ready' | 'failed' }>;

/** Pairs questions with answers. */
class Channel {
  public readonly first: Promise<First>;
  private readonly pending = new Map<number, Pending>();
  private next = 1;

  public constructor(
    private readonly child: ChildProcess,
    exited: Promise<number>,
  ) {
    let tell: (first: First) => void = () => undefined;
    this.first = new Promise((resolve) => (tell = resolve));
    child.on('message', (message: FromChild) => {
      if (message.kind === 'ready' || message.kind === 'failed') tell(message);
      else this.settle(message);
    });
    void exited.then((code) => {
      tell({ kind: 'failed', message: `ended with exit code ${code}; see its log` });
      for (const id of [...this.pending.keys()]) {
        this.settle({ kind: 'refused', id, message: `the process ended with exit code ${code}` });
      }
    });
  }

  public async ask(topic: string, body: unknown, timeoutMs: number): Promise<unknown> {
    const id = this.next++;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.child.send({ kind: 'ask', id, topic, body } satisfies ToChild, (error) => {
        if (error) this.settle({ kind: 'refused', id, message: error.message });
      });
    });
    const outcome = await within(
      answer.then((value) => ({ value })),
      timeoutMs,
    );
    this.pending.delete(id);
    if (outcome === undefined) throw new Error(`no answer within ${timeoutMs} ms`);
    return outcome.value;
  }

  private settle(message: Extract<FromChild, { kind: 'answer' | 'refused' }>): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.kind === 'answer') pending?.resolve(message.value);
    else pending?.reject(new Error(message.message));
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(127);
    });
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

function handle<Ready>(
  child: ChildProcess,
  channel: Channel,
  exited: Promise<number>,
  ready: Ready,
): NodeChild<Ready> {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const kill = () => void child.kill('SIGKILL');
  return {
    identity: identify(child.pid ?? -1) ?? { pid: child.pid ?? -1, startTime: -1 },
    ready,
    exited,
    ended,
    ask: (topic, body = null, timeoutMs = 2_000) => channel.ask(topic, body, timeoutMs),
    stop: async (graceMs = 3_000) => {
      if (child.connected) child.disconnect();
      if ((await within(exited, graceMs)) === undefined) {
        kill();
        await exited;
      }
    },
    kill,
  };
}

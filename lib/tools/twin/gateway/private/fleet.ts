import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerConfig, ServerGroupConfig } from '..';
import { COMPUTE_HEADER } from '..';
import type { Target } from './answers';
import { failure, forwardedHeaders, write } from './answers';
import { eligible } from './eligible';
import { IDLE_MS, pass } from './proxy';
import { ServerMember } from './server-member';
import type { ServerProcess } from './server-process';
import { startServerProcess } from './server-process';

export interface FleetOptions {
  /** Program that a server starts with. */
  readonly program: string;
  readonly log: string;
  /** Port of the load balancer. */
  readonly port: number;
  readonly timeScale: number;
}

/** A server that lives so long has started well. */
const SETTLED_MS = 10_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** When everything ends, servers have so long, in milliseconds. */
const CLOSE_MS = 1_000;

const FAILURES = { refused: [502, 'Bad Gateway'], 'timed out': [504, 'Gateway Time-out'] } as const;

/**
 * The servers of a target group, as a container service keeps them: a fixed number, replaced when
 * they end or are found unhealthy, the replacement first. Those that keep ending are started ever
 * more slowly.
 */
export class ServerFleet implements Target {
  private readonly members = new Set<ServerMember>();
  private readonly agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  private readonly ending = new AbortController();
  private starting = 0;
  private failures = 0;
  private turn = 0;
  /** Whether a server has, or is about to get, the container's own port. */
  private portTaken = false;

  public constructor(
    private readonly of: ServerConfig,
    private readonly group: ServerGroupConfig,
    private readonly options: FleetOptions,
  ) {}

  /** Starts the servers. @throws StartError where one does not start */
  public async warm(): Promise<void> {
    await Promise.all(Array.from({ length: this.of.count }, () => this.start()));
  }

  public get size(): number {
    return this.members.size;
  }

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const added = { [COMPUTE_HEADER]: 'server' };
    const refuse = ([status, words]: readonly [number, string]) => {
      const { headers, ...answer } = failure(status, words);
      write(response, request.method ?? 'GET', { ...answer, headers: { ...headers, ...added } });
    };
    const member = this.choose();
    if (member === undefined) {
      refuse([503, 'Service Temporarily Unavailable']);
      return;
    }
    member.outstanding += 1;
    const { address, port } = member.process;
    const upstream = { address, port, agent: this.agent };
    const changed = forwardedHeaders(request, this.options.port);
    const passed = await pass(request, response, upstream, changed, added);
    member.outstanding -= 1;
    if (passed === 'broken') response.destroy();
    else if (passed !== 'answered') refuse(FAILURES[passed]);
  }

  public async close(): Promise<void> {
    this.ending.abort();
    await Promise.all([...this.members].map(({ process }) => process.stop(CLOSE_MS)));
    this.agent.destroy();
  }

  private choose(): ServerMember | undefined {
    const registered = [...this.members].filter(({ retiring }) => !retiring);
    const candidates = eligible(registered, this.group.minimumHealthy);
    if (candidates.length === 0) return undefined;
    this.turn = (this.turn + 1) % candidates.length;
    const inTurn = [...candidates.slice(this.turn), ...candidates.slice(0, this.turn)];
    if (!this.group.leastOutstanding) return inTurn[0];
    const fewest = Math.min(...inTurn.map(({ outstanding }) => outstanding));
    return inTurn.find(({ outstanding }) => outstanding === fewest);
  }

  /** Starts what is missing; ends what is unhealthy once there is enough in its place. */
  private readonly reconcile = (): void => {
    if (this.ending.signal.aborted) return;
    const members = [...this.members].filter(({ retiring }) => !retiring);
    const good = members.filter(({ condemned }) => !condemned).length;
    for (let missing = this.of.count - good - this.starting; missing > 0; missing -= 1) {
      this.start().catch((error: unknown) => {
        if (this.ending.signal.aborted) return;
        console.error(`${this.of.name}: ${error instanceof Error ? error.message : String(error)}`);
        this.reconcile();
      });
    }
    if (good < this.of.count) return;
    const { timeScale } = this.options;
    const scaled = (seconds: number) => (seconds * 1000) / timeScale;
    for (const member of members.filter(({ condemned }) => condemned)) {
      console.error(`${this.of.name}: process ${member.process.pid} is unhealthy and is replaced`);
      const { deregistrationSeconds } = this.group;
      void member.retire(scaled(deregistrationSeconds), scaled(this.of.stopSeconds));
    }
  };

  private async start(): Promise<void> {
    const { signal } = this.ending;
    this.starting += 1;
    // Servers start side by side: all but one choose among the ports that are free.
    const preferred = this.portTaken ? 0 : this.of.port;
    this.portTaken = true;
    const release = () => {
      if (preferred !== 0) this.portTaken = false;
    };
    try {
      const waitMs = this.failures === 0 ? 0 : FIRST_WAIT_MS * 2 ** (this.failures - 1);
      await sleep(Math.min(waitMs, LONGEST_WAIT_MS), undefined, { signal, ref: false });
      const process = await startServerProcess(this.of, preferred, this.options);
      void process.exited.then(release);
      this.register(process);
    } catch (error) {
      release();
      this.failures += 1;
      throw error;
    } finally {
      this.starting -= 1;
    }
    this.reconcile();
  }

  private register(process: ServerProcess): void {
    if (this.ending.signal.aborted) {
      void process.stop(0);
      return;
    }
    const { timeScale } = this.options;
    const member = new ServerMember(process, {
      ...{ healthCheck: this.group.healthCheck, timeScale, onProbe: this.reconcile },
      graceMs: (this.of.graceSeconds * 1000) / timeScale,
    });
    this.members.add(member);
    void process.exited.then((code) => {
      this.members.delete(member);
      if (this.ending.signal.aborted || member.retiring) return;
      console.error(`${this.of.name}: process ${process.pid} ended (exit code ${code})`);
      this.failures = member.ageMs > SETTLED_MS ? 0 : this.failures + 1;
      this.reconcile();
    });
  }
}

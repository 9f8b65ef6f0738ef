import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployed, ServerConfig, ServerGroupConfig, ServerVersion, ZonedProcess } from '..';
import { COMPUTE_HEADER } from '..';
import type { Target } from './answers';
import { failure, forwardedHeaders, write } from './answers';
import { eligible } from './eligible';
import { HaproxyTier } from './haproxy';
import type { Passed } from './proxy';
import { IDLE_MS, pass } from './proxy';
import { ServerMember } from './server-member';
import { Selection } from './selection';
import type { ServerProcess } from './server-process';
import { startServerProcess } from './server-process';
import { keptServer, keeping } from './stickiness';
import { ZoneSpread } from './zone-spread';

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
const TRIAL_LOOK_MS = 25;

const FAILURES = { refused: [502, 'Bad Gateway'], 'timed out': [504, 'Gateway Time-out'] } as const;

/**
 * The servers of a target group, as a container service keeps them: a fixed number, replaced when
 * they end or are found unhealthy, the replacement first. Those that keep ending are started ever
 * more slowly.
 */
export class ServerFleet implements Target {
  private readonly members = new Set<ServerMember>();
  /** Of a version that is being rolled out, and has not yet been found good. */
  private readonly trial = new Set<ServerMember>();
  private readonly agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  private readonly ending = new AbortController();
  private readonly spread: ZoneSpread;
  /** Zones of those that are being started. */
  private readonly starting: (string | undefined)[] = [];
  private failures = 0;
  /** Whose zone has too many servers: it ends once another one is healthy in its place. */
  private moving: ServerMember | undefined;
  private readonly selection: Selection;
  private tier: HaproxyTier | undefined;
  /** Whether a server has, or is about to get, the container's own port. */
  private portTaken = false;

  public constructor(
    private of: ServerConfig,
    private readonly group: ServerGroupConfig,
    private readonly options: FleetOptions,
  ) {
    this.spread = new ZoneSpread(of.zones);
    this.selection = new Selection(group.balancing, options.timeScale);
  }

  /** Starts the servers. @throws StartError where one does not start */
  public async warm(): Promise<void> {
    const { software } = this.group;
    if (software !== undefined) {
      const { address } = this.of;
      this.tier = await HaproxyTier.start(software, { address, log: this.options.log });
    }
    await Promise.all(Array.from({ length: this.of.count }, () => this.start()));
    await this.tier?.ready();
  }

  public get size(): number {
    return this.members.size;
  }

  public get zoned(): readonly ZonedProcess[] {
    return [...this.members].flatMap(({ zone, process: { pid }, healthy, retiring }) =>
      zone === undefined
        ? []
        : [{ ...{ zone, kind: 'server' as const, pid }, healthy: healthy && !retiring }],
    );
  }

  /** Nothing is started there any more; what stands there, health checks find out. */
  public loseZone(zone: string): void {
    this.spread.lose(zone);
  }

  /** From now on servers are started there too, and some may move there. */
  public regainZone(zone: string): void {
    this.spread.regain(zone);
    this.reconcile();
  }

  /** Servers that have been found healthy. */
  public get healthySize(): number {
    return [...this.members].filter(({ healthy }) => healthy).length;
  }

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const added = { [COMPUTE_HEADER]: 'server' };
    const refuse = ([status, words]: readonly [number, string]) => {
      const { headers, ...answer } = failure(status, words);
      write(response, request.method ?? 'GET', { ...answer, headers: { ...headers, ...added } });
    };
    if (this.tier !== undefined) {
      await this.passOn(request, response, this.tier, added);
      return;
    }
    const member = this.choose(request);
    if (member === undefined) {
      refuse([503, 'Service Temporarily Unavailable']);
      return;
    }
    const passed = await this.pass(request, response, member, added);
    if (passed === 'broken') response.destroy();
    else if (passed !== 'answered') refuse(FAILURES[passed]);
  }

  /** By HAProxy, which chooses and tries again itself. */
  private async passOn(
    request: IncomingMessage,
    response: ServerResponse,
    { address, port }: HaproxyTier,
    added: Readonly<Record<string, string>>,
  ): Promise<void> {
    const upstream = { address, port, agent: this.agent };
    const changed = forwardedHeaders(request, this.options.port);
    const passed = await pass(request, response, upstream, changed, added);
    if (passed === 'answered') return;
    if (passed === 'broken') response.destroy();
    else {
      const [status, words] = FAILURES[passed];
      write(response, request.method ?? 'GET', failure(status, words));
    }
  }

  /** Tells HAProxy who may get requests. */
  private readonly tellTier = (): void => {
    const servers = [...this.members].filter((it) => !it.retiring && !this.trial.has(it));
    this.tier?.follow(servers.map(({ process }) => process)).catch((error: unknown) => {
      if (!this.ending.signal.aborted) console.error(`${this.of.name}: HAProxy: ${String(error)}`);
    });
  };

  private async pass(
    request: IncomingMessage,
    response: ServerResponse,
    member: ServerMember,
    added: Readonly<Record<string, string>>,
  ): Promise<Passed> {
    const began = performance.now();
    const onAnswer = (status: number) => {
      member.observe(status, performance.now() - began);
    };
    const { address, port } = member.process;
    const changed = forwardedHeaders(request, this.options.port);
    const cookie = keeping(this.group.balancing, member.id);
    member.outstanding += 1;
    const passed = await pass(
      request,
      response,
      { address, port, agent: this.agent, onAnswer },
      changed,
      { ...added, ...cookie },
    );
    member.outstanding -= 1;
    // What never answered counts as the error that the client gets for it.
    if (passed === 'refused' || passed === 'timed out') onAnswer(FAILURES[passed][0]);
    return passed;
  }

  public get version(): ServerVersion {
    return { file: this.of.file, sha256: this.of.sha256 };
  }

  /**
   * A rolling update with room for twice the servers: new ones beside the old ones, which end once
   * all new ones are healthy. New ones that fail are tried again; the circuit breaker ends that.
   */
  public async deploy(version: ServerVersion): Promise<Deployed> {
    const next: ServerConfig = { ...this.of, ...version };
    const good: ServerMember[] = [];
    let failedServers = 0;
    while (good.length < next.count && !this.ending.signal.aborted) {
      const member = await this.tryOut(next);
      if (member !== undefined) good.push(member);
      else failedServers += 1;
      if (next.circuitBreaker !== true || failedServers < breakerThreshold(next.count)) continue;
      await Promise.all(good.map((it) => this.retire(it)));
      return { rolledBack: true, failedServers };
    }
    const old = [...this.members].filter((it) => !this.trial.has(it) && !it.retiring);
    this.of = next;
    for (const member of good) this.trial.delete(member);
    await Promise.all(old.map((it) => this.retire(it)));
    return { rolledBack: false, failedServers };
  }

  public async close(): Promise<void> {
    this.ending.abort();
    await Promise.all([...this.members].map(({ process }) => process.stop(CLOSE_MS)));
    this.agent.destroy();
    await this.tier?.close();
  }

  private choose(request: IncomingMessage): ServerMember | undefined {
    const registered = [...this.members].filter(({ retiring }) => !retiring);
    const candidates = eligible(registered, this.group.minimumHealthy);
    const kept = keptServer(this.group.balancing, request.headers.cookie, candidates);
    return kept ?? this.selection.choose(candidates, request.socket.remoteAddress ?? '');
  }

  /** Starts what is missing; ends what is unhealthy once there is enough in its place. */
  private readonly reconcile = (): void => {
    if (this.ending.signal.aborted) return;
    const members = [...this.members].filter((it) => !it.retiring && !this.trial.has(it));
    this.rebalance(members);
    const good = members.filter((it) => !it.condemned && it !== this.moving).length;
    for (let missing = this.of.count - good - this.starting.length; missing > 0; missing -= 1) {
      this.start().catch((error: unknown) => {
        if (this.ending.signal.aborted) return;
        console.error(`${this.of.name}: ${error instanceof Error ? error.message : String(error)}`);
        this.reconcile();
      });
    }
    if (good < this.of.count) return;
    for (const member of members.filter(({ condemned }) => condemned)) {
      console.error(`${this.of.name}: process ${member.process.pid} is unhealthy and is replaced`);
      void this.retire(member);
    }
    const healthy = members.filter((it) => it.healthy && it !== this.moving).length;
    if (this.moving === undefined || healthy < this.of.count) return;
    console.error(`${this.of.name}: process ${this.moving.process.pid} gives way to another zone`);
    void this.retire(this.moving);
    this.moving = undefined;
  };

  /** One after the other leaves a zone that has too many, once another one is healthy elsewhere. */
  private rebalance(members: readonly ServerMember[]): void {
    if (this.moving !== undefined && members.includes(this.moving)) return;
    this.moving = undefined;
    if (this.of.rebalances !== true || members.some(({ healthy }) => !healthy)) return;
    if (members.length !== this.of.count || this.starting.length > 0) return;
    const crowded = this.spread.crowded(members.map(({ zone }) => zone));
    this.moving = members.find(({ zone }) => zone !== undefined && zone === crowded);
  }

  private retire(member: ServerMember): Promise<void> {
    const scaled = (seconds: number) => (seconds * 1000) / this.options.timeScale;
    const { deregistrationSeconds } = this.group;
    const ended = member.retire(scaled(deregistrationSeconds), scaled(this.of.stopSeconds));
    this.tellTier();
    return ended;
  }

  /** A server of a version that is found healthy; undefined where it ends before, or never is. */
  private async tryOut(of: ServerConfig): Promise<ServerMember | undefined> {
    const zone = this.spread.next([...this.trial].map((it) => it.zone));
    const process = await startServerProcess(of, 0, this.options).catch((error: unknown) => {
      console.error(`${of.name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (process === undefined) return undefined;
    const member = this.register(process, { onTrial: true, zone });
    while (member !== undefined && this.members.has(member)) {
      if (member.healthy) return member;
      if (member.condemned) {
        await this.retire(member);
        return undefined;
      }
      await sleep(TRIAL_LOOK_MS);
    }
    return undefined;
  }

  private async start(): Promise<void> {
    const { signal } = this.ending;
    const zone = this.spread.next([...[...this.members].map((it) => it.zone), ...this.starting]);
    this.starting.push(zone);
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
      this.register(process, { zone });
    } catch (error) {
      release();
      this.failures += 1;
      throw error;
    } finally {
      this.starting.splice(this.starting.indexOf(zone), 1);
    }
    this.reconcile();
  }

  private register(
    process: ServerProcess,
    { onTrial = false, zone }: { readonly onTrial?: boolean; readonly zone?: string | undefined },
  ): ServerMember | undefined {
    if (this.ending.signal.aborted) {
      void process.stop(0);
      return undefined;
    }
    const { timeScale } = this.options;
    const member = new ServerMember(process, {
      ...{ healthCheck: this.group.healthCheck, timeScale, onProbe: this.reconcile },
      graceMs: (this.of.graceSeconds * 1000) / timeScale,
      zone,
    });
    this.members.add(member);
    if (onTrial) this.trial.add(member);
    this.tellTier();
    void process.exited.then((code) => {
      this.members.delete(member);
      this.tellTier();
      if (this.trial.delete(member)) return;
      if (this.ending.signal.aborted || member.retiring) return;
      console.error(`${this.of.name}: process ${process.pid} ended (exit code ${code})`);
      this.failures = member.ageMs > SETTLED_MS ? 0 : this.failures + 1;
      this.reconcile();
    });
    return member;
  }
}

/**
 * Failed servers after which a deployment is taken back.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
function breakerThreshold(count: number): number {
  return Math.min(Math.max(Math.ceil(count / 2), 3), 200);
}

import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../../health';
import { observe } from '../../health';
import type { TargetHealthCheck } from '..';
import { matches } from './eligible';
import type { Candidate } from './selection';
import type { ServerProcess } from './server-process';

/** A machine may be busy; where time is compressed, answers are still waited for so long. */
const SHORTEST_TIMEOUT_MS = 1_000;
const SHORTEST_INTERVAL_MS = 50;
/** Share of the newest answer in what is remembered of all. */
const NEWEST = 0.2;

export interface MemberOptions {
  readonly healthCheck: TargetHealthCheck;
  readonly timeScale: number;
  /** From its start; until then being unhealthy does not condemn it. */
  readonly graceMs: number;
  /** Where it stands; undefined where zones are not told apart. */
  readonly zone?: string | undefined;
  readonly onProbe: () => void;
}

/** A server that is registered with its target group, and how it is. */
export class ServerMember implements Candidate {
  public readonly id = randomBytes(9).toString('base64url');
  public latencyMs: number | undefined;
  public errors = 0;
  /** Requests in hand. */
  public outstanding = 0;
  /** Gets no more requests: it is about to be told to end. */
  public retiring = false;
  private readonly began = Date.now();
  private healthyAt: number | undefined;
  private readonly end = new AbortController();
  private observation: Observation = { state: undefined, contradictions: 0 };

  public constructor(
    public readonly process: ServerProcess,
    private readonly options: MemberOptions,
  ) {
    void process.exited.then(() => {
      this.end.abort();
    });
    void this.watch();
  }

  public get zone(): string | undefined {
    return this.options.zone;
  }

  public get healthy(): boolean {
    return this.observation.state === true;
  }

  /** Has been found unhealthy, and is to be replaced. */
  public get condemned(): boolean {
    return this.observation.state === false && this.ageMs > this.options.graceMs;
  }

  public get ageMs(): number {
    return Date.now() - this.began;
  }

  public get healthyMs(): number {
    return this.healthyAt === undefined ? 0 : Date.now() - this.healthyAt;
  }

  /** Remembers how it answered, the newest answers most. */
  public observe(status: number, milliseconds: number): void {
    const smoothed = (before: number, now: number) => before + NEWEST * (now - before);
    this.latencyMs = smoothed(this.latencyMs ?? milliseconds, milliseconds);
    this.errors = smoothed(this.errors, status >= 500 ? 1 : 0);
  }

  /** Waits until it has no request in hand, not longer than `longestMs`, then tells it to end. */
  public async retire(longestMs: number, graceMs: number): Promise<void> {
    this.retiring = true;
    const deadline = Date.now() + longestMs;
    while (this.outstanding > 0 && Date.now() < deadline) await sleep(20);
    await this.process.stop(graceMs);
  }

  private async watch(): Promise<void> {
    const { healthCheck, timeScale, onProbe } = this.options;
    const { intervalSeconds, healthyThreshold, unhealthyThreshold } = healthCheck;
    const intervalMs = Math.max((intervalSeconds * 1000) / timeScale, SHORTEST_INTERVAL_MS);
    const { signal } = this.end;
    while (!signal.aborted) {
      const next = sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
      const success = await this.probe();
      const threshold = success ? healthyThreshold : unhealthyThreshold;
      this.observation = observe(this.observation, success, threshold);
      if (!this.healthy) this.healthyAt = undefined;
      else this.healthyAt ??= Date.now();
      onProbe();
      await next;
    }
  }

  private probe(): Promise<boolean> {
    const { path, timeoutSeconds, statuses } = this.options.healthCheck;
    const { address, port } = this.process;
    const timeoutMs = Math.max(
      (timeoutSeconds * 1000) / this.options.timeScale,
      SHORTEST_TIMEOUT_MS,
    );
    return new Promise((resolve) => {
      const headers = { host: `${address}:${port}`, 'user-agent': 'ELB-HealthChecker/2.0' };
      const asked = request({ host: address, port, path, headers, agent: false });
      const timer = setTimeout(() => asked.destroy(), timeoutMs);
      const finish = (success: boolean) => {
        clearTimeout(timer);
        resolve(success);
      };
      asked.once('response', (answer) => {
        answer.resume();
        finish(matches(statuses, answer.statusCode ?? 0));
      });
      for (const event of ['error', 'close']) {
        asked.once(event, () => {
          finish(false);
        });
      }
      asked.end();
    });
  }
}

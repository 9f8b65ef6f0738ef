import { request } from 'node:http';
import type { CheckClock, HealthCheckConfig, HealthState } from '..';
import type { Observation } from './arithmetic';
import { calculate, observe } from './arithmetic';

type EndpointCheck = Extract<HealthCheckConfig, { kind: 'endpoint' }>;

/** Longest wait for an answer in seconds: four to connect and two to answer, as Route 53 has it. */
const TIMEOUT_SECONDS = 6;

/** Probes the endpoints at their intervals and knows the state of every check. */
export class HealthChecks {
  private readonly configs: ReadonlyMap<string, HealthCheckConfig>;
  private readonly observations = new Map<string, Observation>();
  private readonly timers: NodeJS.Timeout[] = [];

  /**
   * @param timeScale by how much time runs faster: 10 makes an interval of 10 s one second
   * @param onChange called when the state of a check may have changed
   */
  public constructor(
    configs: readonly HealthCheckConfig[],
    private readonly timeScale: number,
    private readonly onChange: () => void = () => undefined,
  ) {
    this.configs = new Map(configs.map((config) => [config.key, config]));
  }

  public start(): void {
    for (const config of this.configs.values()) {
      if (config.kind !== 'endpoint') continue;
      const probe = () => void this.probe(config);
      probe();
      this.timers.push(setInterval(probe, (config.intervalSeconds * 1000) / this.timeScale));
    }
  }

  public stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }

  /** State of a check; `undefined` where it is not known, or there is no such check. */
  public state(key: string): HealthState {
    const config = this.configs.get(key);
    if (config === undefined) return undefined;
    const state =
      config.kind === 'endpoint'
        ? this.observations.get(key)?.state
        : calculate(
            config.children.map((child) => this.state(child)),
            config.threshold,
          );
    return config.inverted && state !== undefined ? !state : state;
  }

  /** Of a check, or of the slowest of those that it is calculated from; undefined where nothing is probed. */
  public clock(key: string): CheckClock | undefined {
    const config = this.configs.get(key);
    if (config?.kind === 'endpoint') {
      const { intervalSeconds, failureThreshold } = config;
      return { intervalSeconds, failureThreshold };
    }
    const slowness = (it: CheckClock) => it.intervalSeconds * it.failureThreshold;
    const [slowest] = (config?.children ?? [])
      .flatMap((child) => this.clock(child) ?? [])
      .sort((one, other) => slowness(other) - slowness(one));
    return slowest;
  }

  private async probe(config: EndpointCheck): Promise<void> {
    const success = await answersWell(config, probeTimeoutMs(this.timeScale));
    const before = this.observations.get(config.key) ?? { state: undefined, contradictions: 0 };
    const after = observe(before, success, config.failureThreshold);
    this.observations.set(config.key, after);
    if (after.state !== before.state) this.onChange();
  }
}

/** Longest wait of a probe for an answer, in milliseconds: a second at least. */
export function probeTimeoutMs(timeScale: number): number {
  return (TIMEOUT_SECONDS * 1000) / Math.min(timeScale, TIMEOUT_SECONDS);
}

/** Route 53 takes an answer of 2xx or 3xx for healthy. */
function answersWell({ url, host }: EndpointCheck, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(url, { headers: { host, 'user-agent': 'meridian-twin-health-check' } });
    const timer = setTimeout(() => probe.destroy(), timeoutMs);
    const finish = (success: boolean) => {
      clearTimeout(timer);
      resolve(success);
    };
    probe.once('response', (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      finish(status >= 200 && status < 400);
    });
    probe.once('error', () => {
      finish(false);
    });
    probe.once('close', () => {
      finish(false);
    });
    probe.end();
  });
}

import type { FunctionConfig, FunctionRollout, FunctionVersion, ZonedProcess } from '..';
import type { Outcome, PoolOptions } from './pool';
import { FunctionPool } from './pool';

export interface VersionsOptions extends PoolOptions {
  /** By how much time runs faster for roll-outs. @default 1 */
  readonly timeScale?: number;
  /** From 0 to below 1, for each request. @default at random */
  readonly chance?: () => number;
}

interface Share {
  readonly pool: FunctionPool;
  /** Of 1; those of all together are 1. */
  share: number;
}

/** How a new version came in. */
export interface RolledOut {
  /** It was taken back, for an error of the function. */
  readonly rolledBack: boolean;
}

/**
 * A function under its alias: requests are shared among its versions by the weights of the template,
 * and a new version gets its part of them step by step, where the template says so. Each version has
 * instances of its own.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export class FunctionVersions {
  private shares: Share[];
  private shifting:
    | {
        readonly to: FunctionPool;
        readonly watched: boolean;
        readonly end: (back: boolean) => void;
      }
    | undefined;
  private under: Promise<unknown> = Promise.resolve();
  /** Zones without power. */
  private readonly lost = new Set<string>();
  /** Of the latest word about versions: an earlier one that has not begun does not begin. */
  private latest = 0;

  public constructor(
    private readonly of: FunctionConfig,
    private readonly options: VersionsOptions,
  ) {
    const { version, additional = [] } = of;
    const rest = 1 - additional.reduce((sum, { weight }) => sum + weight, 0);
    const named = [{ version, weight: rest }, ...additional];
    this.shares = named.map(({ version: name, weight }) => ({
      pool: new FunctionPool(ofVersion(of, name), options),
      share: weight,
    }));
  }

  /** Starts the first instances. @throws Error where the handler cannot be loaded */
  public async warm(): Promise<void> {
    await Promise.all(this.shares.filter(({ share }) => share > 0).map(({ pool }) => pool.warm()));
  }

  public get size(): number {
    return this.shares.reduce((sum, { pool }) => sum + pool.size, 0);
  }

  public get zoned(): readonly ZonedProcess[] {
    return this.shares.flatMap(({ pool }) => pool.zoned);
  }

  public loseZone(zone: string): void {
    this.lost.add(zone);
    for (const { pool } of this.shares) pool.loseZone(zone);
  }

  public regainZone(zone: string): void {
    this.lost.delete(zone);
    for (const { pool } of this.shares) pool.regainZone(zone);
  }

  public get version(): FunctionVersion {
    return this.main.version;
  }

  /** Shares of the requests now, the version that stays first. */
  public get weights(): readonly number[] {
    return this.shares.map(({ share }) => share);
  }

  /** All at once where the template names no roll-out, else step by step; resolves when it is over. */
  public async deploy(version: FunctionVersion): Promise<RolledOut> {
    const { rollout } = this.of;
    if (rollout === undefined) {
      for (const { pool } of this.shares) pool.deploy(version);
      return { rolledBack: false };
    }
    // Whoever deploys again ends what is under way.
    this.shifting?.end(true);
    this.latest += 1;
    const number = this.latest;
    const mine = this.under.then(() =>
      number === this.latest ? this.rollOut(version, rollout) : { rolledBack: true },
    );
    this.under = mine;
    return mine;
  }

  public async invoke(event: unknown, isGone?: () => boolean): Promise<Outcome> {
    const pool = this.choose();
    const outcome = await pool.invoke(event, isGone);
    // The alarm of the deployment: any error of the version while it is watched.
    const { shifting } = this;
    if (outcome.kind === 'failed' && pool === shifting?.to && shifting.watched) shifting.end(true);
    return outcome;
  }

  public async close(): Promise<void> {
    this.latest += 1;
    this.shifting?.end(true);
    await Promise.all(this.shares.map(({ pool }) => pool.close()));
  }

  private async rollOut(version: FunctionVersion, rollout: FunctionRollout): Promise<RolledOut> {
    const to = new FunctionPool({ ...this.of, ...version }, this.options);
    // A zone that was lost before the version came is lost to it too.
    for (const zone of this.lost) to.loseZone(zone);
    const rolledBack = await this.shift(to, rollout);
    const [keep, end] = rolledBack ? [this.main, to] : [to, this.main];
    this.shares = [{ pool: keep, share: 1 }];
    await end.close();
    return { rolledBack };
  }

  private get main(): FunctionPool {
    const [first] = this.shares;
    if (first === undefined) throw new Error(`${this.of.name} has no version`);
    return first.pool;
  }

  private choose(): FunctionPool {
    let left = (this.options.chance ?? Math.random)();
    return this.shares.find(({ share }) => (left -= share) < 0)?.pool ?? this.main;
  }

  /** @returns whether it has to be taken back */
  private shift(to: FunctionPool, rollout: FunctionRollout): Promise<boolean> {
    const { firstShare, stepShare, intervalSeconds, watched } = rollout;
    const stepMs = (1000 * intervalSeconds) / (this.options.timeScale ?? 1);
    const from: Share = { pool: this.main, share: 1 - firstShare };
    const others = this.shares.filter(({ pool }) => pool !== from.pool);
    const next: Share = { pool: to, share: firstShare };
    this.shares = [from, next];
    void Promise.all(others.map(({ pool }) => pool.close()));
    return new Promise((resolve) => {
      const end = (rolledBack: boolean): void => {
        clearInterval(timer);
        this.shifting = undefined;
        resolve(rolledBack);
      };
      const timer = setInterval(() => {
        next.share = Math.min(1, next.share + stepShare);
        from.share = 1 - next.share;
        if (next.share >= 1 - Number.EPSILON) end(false);
      }, stepMs);
      this.shifting = { to, watched, end };
    });
  }
}

function ofVersion(of: FunctionConfig, version: string | undefined): FunctionConfig {
  if (version === undefined) return of;
  return { ...of, environment: { ...of.environment, AWS_LAMBDA_FUNCTION_VERSION: version } };
}

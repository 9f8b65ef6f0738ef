import type { Latency, LoadFigures, Series, UserErrors } from '../model';
import { BackOff } from './back-off';
import type { Outcome } from './client';
import { Client } from './client';
import { partOf } from './percentile';
import { regionOf } from './world';
import type { World } from './world';

/** One write of a client, sent until it is acknowledged. Times are of the monotonic clock. */
export interface Write {
  /** Title of the article and idempotency key. */
  readonly id: string;
  /** Region near which its user is. */
  readonly entered: string;
  acknowledgedAt?: number;
  /** Region that wrote it, as the answer says. */
  writtenBy?: string;
}

interface Failure {
  readonly at: number;
  readonly as: string;
}

/** The users near one Region, and what they see. */
interface Crowd {
  readonly client: Client;
  readonly perSecond: number;
  readonly authorization: string;
  sent: number;
  inFlight: number;
  readonly firstAttempts: number[];
  readonly acknowledged: { readonly at: number; readonly ms: number }[];
  readonly failures: Failure[];
}

export interface LoadOptions {
  /** Prefix of all ids of this run. */
  readonly run: string;
  readonly writesPerSecond: number;
  readonly home: string;
  readonly shareOfHome: number;
  /** Its clients ask again as early as after any failure when they are refused for an overload. */
  readonly insistent?: true;
}

const TICK_MS = 10;
/** Processes that have just started are slow: the load begins with a part and grows to the whole. */
const RAMP_FROM = 0.1;
/** Of that growth; no faster, or slow processes have more to do than they can before they are fast. */
const GROWTH_PER_SECOND = 7;
const SHORTEST_RAMP_SECONDS = 6;
/** Seconds of its rate that a crowd waits for at once; then its users wait to send. */
const IN_FLIGHT_SECONDS = 1;

/**
 * Writes from near every Region at a fixed rate, whatever becomes of them. A write that fails is sent
 * again under its key, later each time, with some chance in it, as good clients do.
 */
export class LoadGenerator {
  public readonly writes: Write[] = [];
  /** Of acknowledged articles, in the order of their acknowledgement. */
  public readonly slugs: string[] = [];
  private readonly crowds: readonly Crowd[];
  private readonly timer: NodeJS.Timeout;
  private readonly began = performance.now();
  private ended = false;
  private running = 0;
  private stopped: number | undefined;
  private readonly rampSeconds: number;

  public constructor(
    private readonly options: LoadOptions,
    clients: readonly (readonly [Client, authorization: string])[],
  ) {
    const others = clients.length - 1;
    const { writesPerSecond, home, shareOfHome } = options;
    this.rampSeconds = rampSeconds(writesPerSecond);
    this.crowds = clients.map(([client, authorization]) => {
      const share = client.near.name === home ? shareOfHome : (1 - shareOfHome) / others;
      const counts = { sent: 0, inFlight: 0, firstAttempts: [], acknowledged: [], failures: [] };
      return { client, authorization, perSecond: writesPerSecond * share, ...counts };
    });
    this.timer = setInterval(() => {
      this.tick();
    }, TICK_MS);
  }

  /** First acknowledgement near a Region after an instant; undefined where there is none. */
  public firstAcknowledged(region: string, after: number): number | undefined {
    return this.crowd(region).acknowledged.find(({ at }) => at > after)?.at;
  }

  /** No new writes; those under way have so long. */
  public async stop(graceMs: number): Promise<void> {
    clearInterval(this.timer);
    this.stopped ??= performance.now();
    const deadline = performance.now() + graceMs;
    while (this.running > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.ended = true;
  }

  public figures(from: number, to: number): LoadFigures {
    const seconds = (to - from) / 1000;
    const within = (at: number) => at >= from && at < to;
    const sum = (count: (crowd: Crowd) => number) =>
      this.crowds.reduce((total, crowd) => total + count(crowd), 0) / seconds;
    return {
      wantedPerSecond: this.options.writesPerSecond,
      offeredPerSecond: sum(({ firstAttempts }) => firstAttempts.filter(within).length),
      acknowledgedPerSecond: sum(
        ({ acknowledged }) => acknowledged.filter((it) => within(it.at)).length,
      ),
    };
  }

  /** All attempts that ended, those that are made again included, per second. */
  public attemptsPerSecond(from: number, to: number): number {
    const ended = this.crowds.flatMap(({ acknowledged, failures }) => [
      ...acknowledged,
      ...failures,
    ]);
    return ended.filter(({ at }) => at >= from && at < to).length / ((to - from) / 1000);
  }

  /** @param back when users wrote again */
  public errors(fault: number, back: number, end: number): Readonly<Record<string, UserErrors>> {
    const entries = this.crowds.map(({ client, acknowledged, failures }) => {
      const failed: Record<string, number> = {};
      for (const { as } of failures.filter(({ at }) => at >= fault)) {
        failed[as] = (failed[as] ?? 0) + 1;
      }
      const times = [fault, ...acknowledged.map(({ at }) => at).filter((at) => at > fault), end];
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
      const errors: UserErrors = {
        failed,
        longestSilenceMs: Math.round(Math.max(...gaps)),
        before: latency(acknowledged.filter(({ at }) => at < fault)),
        after: latency(acknowledged.filter(({ at }) => at > back)),
      };
      return [client.near.name, errors] as const;
    });
    return Object.fromEntries(entries);
  }

  public series(stepMs: number, end: number): Series {
    const steps = Math.ceil((end - this.began) / stepMs);
    const counted = (times: readonly number[]) => {
      const counts = Array.from({ length: steps }, () => 0);
      for (const at of times) {
        const step = Math.floor((at - this.began) / stepMs);
        if (step < steps) counts[step] = (counts[step] ?? 0) + 1;
      }
      return counts;
    };
    const of = (times: (crowd: Crowd) => readonly number[]) =>
      Object.fromEntries(
        this.crowds.map((crowd) => [crowd.client.near.name, counted(times(crowd))]),
      );
    return {
      stepMs,
      acknowledged: of(({ acknowledged }) => acknowledged.map(({ at }) => at)),
      failed: of(({ failures }) => failures.map(({ at }) => at)),
      slowestMs: Object.fromEntries(
        this.crowds.map((crowd) => [crowd.client.near.name, this.slowest(crowd, stepMs, steps)]),
      ),
    };
  }

  /** When the last new write was sent; now, while there are more. */
  public get stoppedAt(): number {
    return this.stopped ?? performance.now();
  }

  public get startedAt(): number {
    return this.began;
  }

  private slowest(
    { acknowledged }: Crowd,
    stepMs: number,
    steps: number,
  ): readonly (number | null)[] {
    const longest = Array.from({ length: steps }, (): number | null => null);
    for (const { at, ms } of acknowledged) {
      const step = Math.floor((at - this.began) / stepMs);
      if (step < steps) longest[step] = Math.max(longest[step] ?? 0, Math.round(ms));
    }
    return longest;
  }

  private crowd(region: string): Crowd {
    const crowd = this.crowds.find(({ client }) => client.near.name === region);
    if (crowd === undefined) throw new Error(`nobody is near ${region}`);
    return crowd;
  }

  private tick(): void {
    const seconds = (performance.now() - this.began) / 1000;
    for (const crowd of this.crowds) {
      const due = Math.floor(crowd.perSecond * rampedUp(seconds, this.rampSeconds));
      const room = Math.ceil(crowd.perSecond * IN_FLIGHT_SECONDS);
      // Whoever finds no room does not come back: a backlog would be another load than that asked for.
      for (; crowd.sent < due; crowd.sent += 1) if (crowd.inFlight < room) void this.write(crowd);
    }
  }

  private async write(crowd: Crowd): Promise<void> {
    const { client, authorization } = crowd;
    const id = `${this.options.run}-${client.near.name}-${crowd.sent}`;
    const write: Write = { id, entered: client.near.name };
    this.writes.push(write);
    crowd.inFlight += 1;
    this.running += 1;
    crowd.firstAttempts.push(performance.now());
    const article = { title: id, description: 'drill', body: id, tagList: [] };
    const headers = { authorization, 'idempotency-key': id };
    for (const backOff = new BackOff(this.options.insistent); !this.ended;) {
      const sentAt = performance.now();
      const outcome = await client.send('POST', '/api/articles', { article }, headers);
      const at = performance.now();
      if (outcome.kind === 'answer' && outcome.status === 201) {
        write.acknowledgedAt = at;
        write.writtenBy = writerOf(outcome);
        this.slugs.push(slugOf(outcome.body));
        crowd.acknowledged.push({ at, ms: at - sentAt });
        break;
      }
      crowd.failures.push({ at, as: failureOf(outcome) });
      const waitMs = backOff.after(outcome);
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
    }
    crowd.inFlight -= 1;
    this.running -= 1;
  }
}

/** How long a load grows until it is whole. */
export function rampSeconds(writesPerSecond: number): number {
  return Math.max(SHORTEST_RAMP_SECONDS, writesPerSecond / GROWTH_PER_SECOND);
}

/** Seconds of full load that so many seconds since the beginning are worth. */
export function rampedUp(seconds: number, growing: number): number {
  const ramp = Math.min(seconds, growing);
  const beginning = RAMP_FROM * ramp + ((1 - RAMP_FROM) * ramp * ramp) / (2 * growing);
  return beginning + (seconds - ramp);
}

/** Region that wrote, of an answer that says that it is written. */
export function writerOf(outcome: Outcome): string {
  if (outcome.kind !== 'answer') return '';
  const { 'x-meridian-written-by': other, 'x-meridian-region': own } = outcome.headers;
  return String(other ?? own ?? '');
}

function slugOf(body: string): string {
  return (JSON.parse(body) as { article: { slug: string } }).article.slug;
}

function failureOf(outcome: Outcome): string {
  return outcome.kind === 'answer' ? String(outcome.status) : outcome.kind;
}

function latency(acknowledged: readonly { readonly ms: number }[]): Latency | null {
  const times = acknowledged.map(({ ms }) => ms);
  return times.length === 0 ? null : { p50: partOf(times, 0.5), p99: partOf(times, 0.99) };
}

/** How long an account has to reach every Region, in milliseconds. */
const SESSION_MS = 20_000;

/**
 * A user near every Region, whose session every Region knows.
 *
 * @throws Error where one cannot be had
 */
export async function enroll(
  world: World,
  run: string,
): Promise<readonly (readonly [Client, authorization: string])[]> {
  return Promise.all(
    world.regions.map(async (near, at) => {
      const client = new Client(world, near);
      const name = `${run}u${at}`;
      const user = { username: name, email: `${name}@example.com`, password: 'drill drill' };
      const token = await join(client, user);
      const authorization = `Token ${token}`;
      await Promise.all(
        world.regions.map(({ name: it }) => known(world, it, client, authorization)),
      );
      return [client, authorization] as const;
    }),
  );
}

/** A twin that has just started may be busy with itself: tried again under the same key. */
async function join(client: Client, user: { readonly username: string }): Promise<string> {
  const headers = { 'idempotency-key': user.username };
  const deadline = performance.now() + SESSION_MS;
  for (;;) {
    const answer = await client.send('POST', '/api/users', { user }, headers);
    if (answer.kind === 'answer' && answer.status === 201) {
      return (JSON.parse(answer.body) as { user: { token: string } }).user.token;
    }
    if (performance.now() > deadline) {
      throw new Error(`nobody can register near ${client.near.name}: ${failureOf(answer)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function known(
  world: World,
  region: string,
  client: Client,
  authorization: string,
): Promise<void> {
  const { gateway } = regionOf(world, region);
  const deadline = performance.now() + SESSION_MS;
  for (;;) {
    const answer = await client.sendTo(gateway, 'GET', '/api/user', undefined, { authorization });
    if (answer.kind === 'answer' && answer.status === 200) return;
    if (performance.now() > deadline) throw new Error(`${region} does not know the session`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import type { IncomingMessage } from 'node:http';
import type { EdgeCaching } from '..';
import type { Encoding } from './cache-key';
import { compressed } from './compression';
import type { Headers } from './lifetime';
import { ERROR_SECONDS, lifetimeSeconds } from './lifetime';

/** Largest body that is kept, and the sum of all, in bytes. */
const LARGEST_BYTES = 8 * 1024 * 1024;
const ALL_BYTES = 64 * 1024 * 1024;

/** What an origin said. */
export interface Arrived {
  readonly region: string;
  readonly message: IncomingMessage;
}

/** An answer that the edge holds. */
export interface Kept {
  readonly region: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export type Outcome =
  | {
      readonly kind: 'kept';
      readonly answer: Kept;
      /** As CloudFront's header `x-cache` has it. */
      readonly how: 'Hit' | 'Miss' | 'RefreshHit';
      /** Since the origin said so, by the clock that lifetimes run by. */
      readonly ageSeconds: number;
    }
  /** It may not be kept, or is too large: it goes on as it comes. */
  | ({ readonly kind: 'passed' } & Arrived);

interface Entry {
  answer: Kept;
  storedAt: number;
  freshUntil: number;
}

interface Asking {
  readonly key: string;
  readonly caching: EdgeCaching;
  readonly encoding: Encoding;
  /** Asks the origin, on condition that it has something else than what is named; throws where none answers. */
  readonly ask: (conditions: Readonly<Record<string, string>>) => Promise<Arrived | undefined>;
}

/**
 * What a cache of the CDN keeps: each answer for as long as policy and origin say, then asked for again on
 * condition that it has changed. Requests for the same at the same time become one. What has expired is
 * given all the same while its origin fails. What has not been asked for the longest goes first.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export class AnswerCache {
  private readonly entries = new Map<string, Entry>();
  private readonly loading = new Map<string, Promise<Outcome | undefined>>();
  private bytes = 0;

  public constructor(
    /** How many times as fast lifetimes run. */
    private readonly timeScale: number,
    /** Monotonic milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** undefined where no origin could be asked. @throws whatever asking threw, where nothing is held */
  public async answer(asking: Asking): Promise<Outcome | undefined> {
    const held = this.find(asking.key);
    if (held !== undefined && this.now() < held.freshUntil) return this.hit(held, 'Hit');
    const underWay = this.loading.get(asking.key);
    if (underWay !== undefined) {
      const outcome = await underWay.catch(() => undefined);
      if (outcome?.kind === 'kept') return { ...outcome, how: 'Hit' };
      return await this.load(asking, held);
    }
    const loading = this.load(asking, held);
    this.loading.set(asking.key, loading);
    try {
      return await loading;
    } finally {
      this.loading.delete(asking.key);
    }
  }

  private async load(asking: Asking, held: Entry | undefined): Promise<Outcome | undefined> {
    const { key, caching, encoding, ask } = asking;
    // An error is not what somebody wanted to have: nothing is held that could stand for it.
    if (held !== undefined && held.answer.status >= 400) return await this.load(asking, undefined);
    let arrived: Arrived | undefined;
    try {
      arrived = await ask(held === undefined ? {} : conditionsOf(held.answer));
    } catch (error) {
      if (held === undefined) throw error;
      return this.stale(held);
    }
    if (arrived === undefined) return held && this.stale(held);
    const { message, region } = arrived;
    const status = message.statusCode ?? 502;
    if (held !== undefined && (status === 304 || status >= 500)) {
      message.resume();
      return status === 304 ? this.refreshed(held, caching, message.headers) : this.stale(held);
    }
    const seconds = lifetimeSeconds(caching, status, message.headers);
    if (seconds <= 0 || Number(message.headers['content-length'] ?? 0) > LARGEST_BYTES) {
      return { kind: 'passed', ...arrived };
    }
    const body = await bodyOf(message);
    // It is whole now, however it came.
    const headers = { ...message.headers, 'transfer-encoding': undefined };
    const whole = { region, status, headers, body };
    const answer = caching.compress ? await compressed(whole, encoding) : whole;
    const entry = { answer, storedAt: this.now(), freshUntil: this.now() + this.ms(seconds) };
    this.keep(key, entry);
    return this.hit(entry, 'Miss');
  }

  /** The origin says that it is what it was. */
  private refreshed(held: Entry, caching: EdgeCaching, said: Headers): Outcome {
    const headers = { ...held.answer.headers, ...pick(said, ['cache-control', 'expires', 'date']) };
    held.answer = { ...held.answer, headers };
    held.storedAt = this.now();
    const seconds = lifetimeSeconds(caching, held.answer.status, headers);
    held.freshUntil = held.storedAt + this.ms(seconds);
    return this.hit(held, 'RefreshHit');
  }

  /** What has expired, while its origin fails: asked for again when an error would be. */
  private stale(held: Entry): Outcome {
    held.freshUntil = this.now() + this.ms(ERROR_SECONDS);
    return this.hit(held, 'Hit');
  }

  private hit(entry: Entry, how: 'Hit' | 'Miss' | 'RefreshHit'): Outcome {
    const ageSeconds = Math.floor(((this.now() - entry.storedAt) * this.timeScale) / 1000);
    return { kind: 'kept', answer: entry.answer, how, ageSeconds };
  }

  private find(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    // To the end of the line: what stands first has not been asked for the longest.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  private keep(key: string, entry: Entry): void {
    this.drop(key);
    if (entry.answer.body.length > LARGEST_BYTES) return;
    this.entries.set(key, entry);
    this.bytes += entry.answer.body.length;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= ALL_BYTES) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.bytes -= this.entries.get(key)?.answer.body.length ?? 0;
    this.entries.delete(key);
  }

  private ms(seconds: number): number {
    return (seconds * 1000) / this.timeScale;
  }
}

function conditionsOf({ headers }: Kept): Record<string, string> {
  const { etag, 'last-modified': modified } = headers;
  return {
    // The origin's own is a strong one; the edge makes it weak where it compresses.
    ...(etag !== undefined && { 'if-none-match': String(etag).replace(/^W\//, '') }),
    ...(modified !== undefined && { 'if-modified-since': String(modified) }),
  };
}

function pick(headers: Headers, names: readonly string[]): Headers {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

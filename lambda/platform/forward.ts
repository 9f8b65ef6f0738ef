import { createHash } from 'node:crypto';
import { Admission, OF_A_PEER } from './admission';
import { Deadline, TIME_LEFT } from './deadline';
import { overloaded, unavailable } from './errors';
import { callHttp, HttpBroken, HttpTimeout } from './http';
import { RetryBudget } from './retry-budget';
import type { SigningKeys } from './signing-keys';
import { isSignedBy, sign } from './token';
import { type Trace, TRACEPARENT, traceparentOf } from './trace';

/** Header names of a write between Regions. */
export const FORWARDED_BY = 'x-meridian-forwarded-by';
export const FORWARD_SIGNATURE = 'x-meridian-signature';
export const IDEMPOTENCY_KEY = 'idempotency-key';
/** On what is sent again: whoever is overloaded can tell retries from requests. */
export const REPEATED = 'x-meridian-repeated';
export const REGION_HEADER = 'x-meridian-region';

/** How far two Regions' clocks and a slow link may stand apart. */
const SIGNATURE_WINDOW_MS = 60_000;
/** Bound of one attempt; two of them and the wait for visibility stay well within 30 s. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** By each process, of which a Region has many: what they have saved up is not to be a storm. */
const RETRIES_SAVED = 3;

/** What a peer signs: everything that the write depends on, and for whom it is meant. */
export interface ForwardedWrite {
  readonly from: string;
  readonly to: string;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly body: string;
  readonly authorization: string;
  readonly idempotencyKey: string;
}

/** `t=<epoch ms>,v1=<HMAC>`. */
export function signForward(write: ForwardedWrite, secret: string, now: number): string {
  return `t=${now},v1=${sign(secret, 'forwarded-write', canonical(write, now))}`;
}

export function isSignedForward(
  write: ForwardedWrite,
  signature: string,
  keys: SigningKeys,
  now: number,
): boolean {
  const [, time = '', hmac = ''] = /^t=(\d{1,15}),v1=([\w-]+)$/.exec(signature) ?? [];
  if (time === '' || Math.abs(now - Number(time)) > SIGNATURE_WINDOW_MS) return false;
  return isSignedBy(keys, 'forwarded-write', canonical(write, Number(time)), hmac);
}

function canonical(write: ForwardedWrite, time: number): string {
  const { from, to, method, path, idempotencyKey, authorization, body } = write;
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  const fields = [from, to, time, method, path, idempotencyKey];
  return JSON.stringify([...fields, digest(authorization), digest(body)]);
}

/** The owner's answer. */
export interface ForwardedReply {
  readonly status: number;
  readonly body: string;
  readonly writtenBy: string;
  readonly retryAfter: string | undefined;
}

export interface ForwarderOptions {
  readonly region: string;
  readonly peers: Readonly<Record<string, string>>;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly originSecret: () => Promise<string>;
  readonly now: () => number;
}

export interface Sending {
  /** How long the answer is waited for; the owner is told. */
  readonly deadline?: Deadline;
  /** Whose limit counts: that a shard has enough to do says nothing of the Region's others. @default none */
  readonly shard?: string;
  /** What the owner's piece is part of. @default nothing is traced */
  readonly trace?: Trace | undefined;
}

interface Attempt {
  readonly deadline: Deadline;
  /** Headers beside those of every write. */
  readonly more: Readonly<Record<string, string>>;
}

/** Carries a write to the Region that owns it, over HTTP. */
export class Forwarder {
  /** By the Region that is sent to, and the shard that it is about. */
  private readonly admissions = new Map<string, Admission>();
  private readonly retries = new RetryBudget(RETRIES_SAVED);

  constructor(private readonly options: ForwarderOptions) {}

  /**
   * Sends the write, once more with the same idempotency key where no connection came about.
   * The owner is told how long it is waited for.
   * @throws RequestError 503 where the owner cannot be reached, or nobody waits any more
   */
  async send(
    home: string,
    write: Omit<ForwardedWrite, 'from' | 'to'>,
    { deadline = new Deadline(), shard = '', trace }: Sending = {},
  ): Promise<ForwardedReply> {
    const origin = this.options.peers[home];
    if (origin === undefined) throw unavailable('region', `no address of ${home} is configured`);
    const about = `${home} ${shard}`;
    const admission = this.admissions.get(about) ?? new Admission(OF_A_PEER);
    this.admissions.set(about, admission);
    // What the owner would refuse costs two Regions; here it costs next to nothing.
    const place = admission.enter('write');
    if (place === undefined) throw overloaded(home);
    this.retries.request();
    try {
      const reply = await this.sendTo(origin, home, write, {
        deadline,
        more: trace === undefined ? {} : { [TRACEPARENT]: traceparentOf(trace) },
      });
      if (reply.status === 503 && reply.body.includes('"overload"')) admission.refused();
      return reply;
    } finally {
      place.leave();
    }
  }

  private async sendTo(
    origin: string,
    home: string,
    write: Omit<ForwardedWrite, 'from' | 'to'>,
    how: Attempt,
  ): Promise<ForwardedReply> {
    try {
      return await this.attempt(origin, home, write, how);
    } catch (error) {
      if (error instanceof HttpTimeout)
        throw unavailable('region', `${home} did not answer in time`);
      if (!(error instanceof HttpBroken)) throw error;
      if (!this.retries.take()) throw unavailable('region', `${home} cannot be reached`);
    }
    try {
      const more = { ...how.more, [REPEATED]: '1' };
      return await this.attempt(origin, home, write, { ...how, more });
    } catch (error) {
      if (error instanceof HttpTimeout || error instanceof HttpBroken)
        throw unavailable('region', `${home} cannot be reached`);
      throw error;
    }
  }

  private async attempt(
    origin: string,
    home: string,
    write: Omit<ForwardedWrite, 'from' | 'to'>,
    { deadline, more }: Attempt,
  ): Promise<ForwardedReply> {
    deadline.demand();
    const timeoutMs = Math.ceil(Math.min(ATTEMPT_TIMEOUT_MS, deadline.leftMs));
    const { region, now } = this.options;
    const full = { ...write, from: region, to: home };
    const { current } = await this.options.signingKeys();
    const reply = await callHttp({
      method: write.method,
      url: new URL(write.path, origin),
      body: write.body,
      headers: {
        'content-type': 'application/json',
        'x-origin-verify': await this.options.originSecret(),
        [FORWARDED_BY]: region,
        [TIME_LEFT]: String(timeoutMs),
        [FORWARD_SIGNATURE]: signForward(full, current, now()),
        [IDEMPOTENCY_KEY]: write.idempotencyKey,
        ...more,
        ...(write.authorization !== '' && { authorization: write.authorization }),
      },
      timeoutMs,
    });
    const { status, headers, body } = reply;
    const writtenBy = headers[REGION_HEADER];
    // A load balancer that answers by itself (502, 504, a default rule) is not the owner.
    if (typeof writtenBy !== 'string') throw unavailable('region', `${home} has no healthy server`);
    return { status, body, writtenBy, retryAfter: headers['retry-after'] };
  }
}

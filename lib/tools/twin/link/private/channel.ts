import type { Quality } from '../quality';

/** Payload of a packet over Ethernet, in bytes. */
const SEGMENT = 1_460;
/** So many packets behind a lost one tell the sender at once (RFC 5681, fast retransmit). */
const TELLING = 3;
/** Linux waits no less for an acknowledgement, and no more, in milliseconds. */
const LEAST_TIMEOUT_MS = 200;
const MOST_TIMEOUT_MS = 120_000;
/** As often as Linux tries (`tcp_retries2`). */
const TRIES = 15;
/** What a line that stood idle lets through at once, in milliseconds of its rate. */
const BURST_MS = 20;
/** What may wait before a narrow line, in milliseconds of its rate: as deep as a router's queue. */
const QUEUE_MS = 250;
const MOST_BYTES = 4 * 1024 * 1024;
const LEAST_BYTES = 64 * 1024;

/** A token bucket: one direction between two Regions, shared by all connections that take it. */
export class Pipe {
  private freeAt = -Infinity;

  /** @returns when the last byte has left, on the clock of `now`, in milliseconds */
  public leave(bytes: number, now: number, bytesPerSecond: number | null): number {
    if (bytesPerSecond === null) return now;
    const from = Math.max(this.freeAt, now - BURST_MS);
    this.freeAt = from + (1000 * bytes) / bytesPerSecond;
    return Math.max(now, this.freeAt);
  }
}

export interface ChannelOptions {
  /** Of what is sent now. */
  readonly quality: () => Quality;
  readonly pipe: Pipe;
  /** Numbers from 0 to below 1. */
  readonly random: () => number;
  /** Nothing leaves before, on the clock of `now`: the connection is being made. @default at once */
  readonly opensAt?: number;
}

/**
 * One direction of a connection as TCP shows it to whoever uses it: nothing is missing and nothing
 * overtakes, so a lost packet is a pause of all that comes after it.
 */
export class Channel {
  private last = -Infinity;

  public constructor(private readonly options: ChannelOptions) {}

  /** When so many bytes that are sent now arrive, in milliseconds on the clock of `now`. */
  public arrival(bytes: number, now: number): number {
    const quality = this.options.quality();
    const leaves = this.options.pipe.leave(bytes, now, quality.bytesPerSecond);
    const left = Math.max(leaves, this.options.opensAt ?? now);
    const late = quality.jitterMs > 0 ? this.options.random() * quality.jitterMs : 0;
    const arrives = left + quality.delayMs + late + this.repeats(bytes, quality);
    this.last = Math.max(this.last, arrives);
    return this.last;
  }

  /** Most bytes that may be on their way; then the sender has to wait. */
  public get capacity(): number {
    const { bytesPerSecond, delayMs } = this.options.quality();
    if (bytesPerSecond === null) return MOST_BYTES;
    const wanted = (bytesPerSecond * (QUEUE_MS + delayMs)) / 1000;
    return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, wanted));
  }

  /** What the packets that have to be sent again add, in milliseconds. */
  private repeats(bytes: number, { loss, delayMs }: Quality): number {
    if (loss === 0) return 0;
    const packets = Math.max(1, Math.ceil(bytes / SEGMENT));
    let longest = 0;
    for (let packet = 0; packet < packets; packet += 1) {
      const behind = packets - 1 - packet;
      longest = Math.max(longest, this.repeat(loss, 2 * delayMs, behind >= TELLING));
    }
    return longest;
  }

  private repeat(loss: number, roundTripMs: number, isTold: boolean): number {
    let waited = 0;
    let timeout = Math.max(LEAST_TIMEOUT_MS, 2 * roundTripMs);
    for (let lost = 0; lost < TRIES && this.options.random() < loss; lost += 1) {
      // Those behind it tell of the first loss only; that of the repeat shows by silence alone.
      if (lost === 0 && isTold) waited += roundTripMs;
      else {
        waited += timeout;
        timeout = Math.min(MOST_TIMEOUT_MS, 2 * timeout);
      }
    }
    return waited;
  }
}

import type { Channel } from './channel';

interface Parcel {
  readonly due: number;
  /** undefined: the sender has said its last word. */
  readonly chunk: Buffer | undefined;
}

export interface DelayLineOptions {
  readonly channel: Channel;
  /** @returns false where the receiver is full: nothing more comes until {@link DelayLine.resume} */
  readonly deliver: (chunk: Buffer) => boolean;
  readonly end: () => void;
  /** Asked before each delivery; where it says so, the line stands still for ever. */
  readonly isCut: () => boolean;
  /** Told when there is room again. */
  readonly onRoom: () => void;
}

/** One direction of a connection: what goes in comes out in its order, when its channel says. */
export class DelayLine {
  private readonly parcels: Parcel[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private blocked = false;

  public constructor(private readonly options: DelayLineOptions) {}

  /** @returns false where the line is full */
  public send(chunk: Buffer): boolean {
    const { channel, isCut, deliver } = this.options;
    const now = performance.now();
    const due = channel.arrival(chunk.length, now);
    // Timers take a millisecond at least.
    if (due <= now && this.parcels.length === 0 && !this.blocked && !isCut()) {
      this.blocked = !deliver(chunk);
      return !this.blocked;
    }
    this.parcels.push({ due, chunk });
    this.bytes += chunk.length;
    this.schedule();
    return this.bytes < channel.capacity;
  }

  public finish(): void {
    const due = this.options.channel.arrival(0, performance.now());
    this.parcels.push({ due, chunk: undefined });
    this.schedule();
  }

  /** The receiver has room again. */
  public resume(): void {
    this.blocked = false;
    this.flush();
  }

  /** Nothing comes out any more. */
  public stop(): void {
    clearTimeout(this.timer);
    this.blocked = true;
  }

  private schedule(): void {
    const first = this.parcels[0];
    if (first === undefined || this.timer !== undefined || this.blocked) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.flush();
      },
      Math.max(0, first.due - performance.now()),
    );
  }

  private flush(): void {
    const full = this.bytes >= this.options.channel.capacity;
    while (!this.blocked) {
      const first = this.parcels[0];
      if (first === undefined || first.due > performance.now()) break;
      if (this.options.isCut()) return;
      this.parcels.shift();
      if (first.chunk === undefined) this.options.end();
      else {
        this.bytes -= first.chunk.length;
        this.blocked = !this.options.deliver(first.chunk);
      }
    }
    const room = this.bytes < this.options.channel.capacity;
    if (!this.blocked && ((full && room) || this.parcels.length === 0)) this.options.onRoom();
    this.schedule();
  }
}

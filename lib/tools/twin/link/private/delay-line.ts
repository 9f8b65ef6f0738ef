/** Most bytes on their way in one direction of one connection; then the sender has to wait. */
const CAPACITY = 4 * 1024 * 1024;

interface Parcel {
  readonly due: number;
  /** undefined: the sender has said its last word. */
  readonly chunk: Buffer | undefined;
}

export interface DelayLineOptions {
  /** Of what is sent now, in milliseconds. */
  readonly delayMs: () => number;
  /** @returns false where the receiver is full: nothing more comes until {@link DelayLine.resume} */
  readonly deliver: (chunk: Buffer) => boolean;
  readonly end: () => void;
  /** Asked before each delivery; where it says so, the line stands still for ever. */
  readonly isCut: () => boolean;
  /** Told when there is room again. */
  readonly onRoom: () => void;
}

/** One direction of a connection: what goes in comes out in its order, after the delay. */
export class DelayLine {
  private readonly parcels: Parcel[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private blocked = false;

  public constructor(private readonly options: DelayLineOptions) {}

  /** @returns false where the line is full */
  public send(chunk: Buffer): boolean {
    const { delayMs, isCut, deliver } = this.options;
    // Timers take a millisecond at least.
    if (delayMs() === 0 && this.parcels.length === 0 && !this.blocked) {
      if (isCut()) return this.push(chunk);
      this.blocked = !deliver(chunk);
      return !this.blocked;
    }
    const room = this.push(chunk);
    this.schedule();
    return room;
  }

  public finish(): void {
    this.parcels.push({ due: performance.now() + this.options.delayMs(), chunk: undefined });
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

  private push(chunk: Buffer): boolean {
    this.parcels.push({ due: performance.now() + this.options.delayMs(), chunk });
    this.bytes += chunk.length;
    return this.bytes < CAPACITY;
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
    const full = this.bytes >= CAPACITY;
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
    if (!this.blocked && (full || this.parcels.length === 0)) this.options.onRoom();
    this.schedule();
  }
}

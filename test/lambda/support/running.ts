type Stop = () => unknown;

/** What has been started, stopped in reverse; one that does not stop keeps no other from stopping. */
export class Running {
  private readonly stops: Stop[] = [];

  public push(stop: Stop): void {
    this.stops.push(stop);
  }

  public async add<T>(started: Promise<T>, stop: (it: T) => unknown): Promise<T> {
    const it = await started;
    this.push(() => stop(it));
    return it;
  }

  /** Two at once. Where one does not start, the other is still waited for and will be stopped. */
  public async addBoth<T>(
    start: () => Promise<T>,
    stop: (it: T) => unknown,
  ): Promise<readonly [T, T]> {
    const [one, other] = await Promise.allSettled([
      this.add(start(), stop),
      this.add(start(), stop),
    ]);
    for (const it of [one, other]) if (it.status === 'rejected') throw it.reason;
    return [one, other].map((it) => (it as PromiseFulfilledResult<T>).value) as [T, T];
  }

  /** @throws {AggregateError} Of all that did not stop, once the rest has. */
  public async stop(): Promise<void> {
    const faults: unknown[] = [];
    for (const stop of this.stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, 'not everything stopped');
  }
}

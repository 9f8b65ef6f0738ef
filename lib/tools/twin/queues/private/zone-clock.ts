const DAY_MS = 86_400_000;

/** What the clocks of a time zone show. */
export class ZoneClock {
  private readonly clock: Intl.DateTimeFormat;

  /** @param timeZone such as Europe/Berlin. @throws RangeError naming one that nobody knows */
  public constructor(timeZone: string) {
    this.clock = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  }

  /** What they show at an instant, as if they showed UTC. */
  public wallOf(instant: number): number {
    const parts = this.clock.formatToParts(instant);
    const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    const date = Date.UTC(of('year'), of('month') - 1, of('day'));
    return date + ((of('hour') * 60 + of('minute')) * 60 + of('second')) * 1_000;
  }

  /** The first time that they show it; undefined for an hour that a change of clocks leaves out. */
  public instantOf(wall: number): number | undefined {
    const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => this.wallOf(near) - near);
    const found = offsets
      .map((offset) => wall - offset)
      .filter((instant) => this.wallOf(instant) === wall);
    return found.length === 0 ? undefined : Math.min(...found);
  }
}

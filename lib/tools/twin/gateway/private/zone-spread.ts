/** Spreads what is started over zones: into the one that has fewest, of those that are not lost. */
export class ZoneSpread {
  private readonly lost = new Set<string>();

  public constructor(private readonly zones: readonly string[] = []) {}

  /** @param taken zones of what runs and starts; undefined where zones are not told apart */
  public next(taken: readonly (string | undefined)[]): string | undefined {
    const open = this.zones.filter((zone) => !this.lost.has(zone));
    const count = (zone: string) => taken.filter((it) => it === zone).length;
    return open.toSorted((one, other) => count(one) - count(other))[0];
  }

  /** The zone that has two more than another one, which is not lost; undefined where they are even. */
  public crowded(taken: readonly (string | undefined)[]): string | undefined {
    const open = this.zones.filter((zone) => !this.lost.has(zone));
    const count = (zone: string) => taken.filter((it) => it === zone).length;
    const [fullest] = open.toSorted((one, other) => count(other) - count(one));
    const fewest = Math.min(...open.map(count));
    return fullest !== undefined && count(fullest) - fewest > 1 ? fullest : undefined;
  }

  /** From now on nothing is started there. */
  public lose(zone: string): void {
    this.lost.add(zone);
  }

  /** It has its power back. */
  public regain(zone: string): void {
    this.lost.delete(zone);
  }
}

import type { Topology } from '../../failover';
import type { Capacity, Estate, Unknown } from '../model';

/** Everything that is asked, with what could not be told. Nothing that is unknown counts as well. */
export class Look {
  public readonly unknown: Unknown[] = [];

  public constructor(private readonly estate: Estate) {}

  /** @returns undefined where it is not known, which is then told */
  public async ask<T>(what: string, question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      this.unknown.push({ what, reason: reasonOf(error) });
      return undefined;
    }
  }

  public document(): Promise<Topology | undefined> {
    return this.ask('topology document', () => this.estate.control.read());
  }

  public async traffic(region: string): Promise<{ answers?: boolean; drained?: boolean }> {
    const [answers, drained] = await Promise.all([
      this.ask(`health of ${region}`, () => this.estate.answers(region)),
      this.ask(`traffic switch of ${region}`, () => this.estate.switches.isDrained(region)),
    ]);
    return { ...(answers !== undefined && { answers }), ...(drained !== undefined && { drained }) };
  }

  /**
   * @param without Regions that are about to be left
   * @param back a Region that is about to be let into traffic
   */
  public async capacity(without: readonly string[] = [], back?: string): Promise<Capacity> {
    const { regions } = this.estate;
    const left = regions.filter((region) => !without.includes(region));
    const views = await Promise.all(
      left.map(async (region) => ({
        ...(await this.traffic(region)),
        ...(region === back && { drained: false }),
      })),
    );
    return capacityOf(this.estate, left, views);
  }
}

export function capacityOf(
  { regions, borneLosses }: Pick<Estate, 'regions' | 'borneLosses'>,
  names: readonly string[],
  views: readonly { readonly answers?: boolean; readonly drained?: boolean }[],
): Capacity {
  const needed = Math.max(1, regions.length - borneLosses);
  const serves = (index: number): boolean | undefined => {
    const { answers, drained } = views[index] ?? {};
    if (answers === false || drained === true) return false;
    return answers === undefined || drained === undefined ? undefined : true;
  };
  const serving = names.filter((_, index) => serves(index) === true);
  const possible = names.filter((_, index) => serves(index) !== false);
  const enough = serving.length >= needed ? true : possible.length < needed ? false : null;
  return { serving, needed, enough };
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection comes as an error of several addresses, without a message.
  return [error.name === 'Error' ? '' : error.name, error.message].filter(Boolean).join(': ');
}

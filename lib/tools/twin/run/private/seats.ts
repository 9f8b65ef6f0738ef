import { join } from 'node:path';
import type { PlannedDatabase, PlannedInstance } from '../../plan';

/** An instance, whichever of its cluster's places it has. */
export interface SeatedInstance extends PlannedInstance {
  readonly dataDir: string;
}

/**
 * Which instance of a cluster serves where: one at the endpoint, and one, where it runs, for reads alone. The
 * places stay, as names do; instances change them.
 */
export class Seats {
  private moves = 0;

  private constructor(
    private first: SeatedInstance,
    private second: SeatedInstance | undefined,
  ) {}

  /** @param engines directory of all that databases keep */
  public static of(database: PlannedDatabase, engines: string, withReader: boolean): Seats {
    const [first, second] = database.instances;
    const { identifier, key } = database;
    return new Seats(
      // Its data is the cluster's, whatever the templates call its instances.
      { ...(first ?? { key, identifier, zone: '' }), dataDir: join(engines, identifier) },
      second && withReader ? { ...second, dataDir: join(engines, second.identifier) } : undefined,
    );
  }

  /** At the endpoint. */
  public get leading(): SeatedInstance {
    return this.first;
  }

  /** @throws Error where none runs */
  public get reading(): SeatedInstance {
    if (this.second === undefined) throw new Error(`${this.first.identifier} has no reader`);
    return this.second;
  }

  public get all(): readonly SeatedInstance[] {
    return this.second === undefined ? [this.first] : [this.first, this.second];
  }

  public swap(): void {
    [this.first, this.second] = [this.reading, this.first];
  }

  /** Does what moves instances in order: meanwhile none of them is lost. */
  public async moving<T>(work: () => Promise<T>): Promise<T> {
    this.moves += 1;
    try {
      return await work();
    } finally {
      this.moves -= 1;
    }
  }

  public get areMoving(): boolean {
    return this.moves > 0;
  }
}

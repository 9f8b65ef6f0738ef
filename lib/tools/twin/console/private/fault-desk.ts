import type { FaultBoard, FaultChoice, FaultRunner } from '../model';

/** What the page asks for, as it came. */
export interface Turn {
  readonly name: unknown;
  readonly region: unknown;
  /** True causes the fault, false ends it. */
  readonly on: unknown;
}

interface Lasting {
  readonly name: string;
  readonly region: string;
  readonly end: () => void;
}

/** Causes faults by hand and remembers which of them last: each once in a Region. */
export class FaultDesk {
  private runner: FaultRunner | undefined;
  private lasting: readonly Lasting[] = [];
  /** One at a time: a fault looks up what is there before it strikes. */
  private turning = false;

  public constructor(private readonly onEvent: (text: string) => void) {}

  public get board(): FaultBoard {
    const active = this.lasting.map(({ name, region }) => ({ name, region }));
    return { available: this.runner?.available ?? [], active };
  }

  public offer(runner: FaultRunner): void {
    this.runner = runner;
  }

  /** @throws Error whose message says what is not possible, and why */
  public async turn({ name, region, on }: Turn): Promise<void> {
    const { runner } = this;
    const choice = runner?.available.find((it) => it.name === name);
    if (runner === undefined || choice === undefined) {
      const names = (runner?.available ?? []).map((it) => it.name).join(', ');
      throw new Error(`name: there is no fault ${String(name)}; one of: ${names || 'none'}`);
    }
    if (typeof region !== 'string' || !choice.regions.includes(region)) {
      const all = choice.regions.join(', ');
      throw new Error(
        `region: ${choice.name} strikes none named ${String(region)}; one of: ${all}`,
      );
    }
    if (typeof on !== 'boolean') throw new Error(`on: true or false, got: ${String(on)}`);
    if (this.turning) throw new Error('another fault is about to strike: ask again');
    this.turning = true;
    try {
      if (on) await this.strike(runner, choice, region);
      else this.end(choice, region);
    } finally {
      this.turning = false;
    }
  }

  /** Whoever ends the twin leaves nobody standing still. */
  public close(): void {
    for (const { end } of this.lasting) end();
    this.lasting = [];
  }

  private async strike(runner: FaultRunner, choice: FaultChoice, region: string): Promise<void> {
    if (this.find(choice, region) !== undefined) {
      throw new Error(`${choice.name} of ${region} lasts already`);
    }
    const end = await runner.strike(choice.name, region);
    // What cannot be undone does not last: it has happened.
    if (choice.undo !== null) this.lasting = [...this.lasting, { name: choice.name, region, end }];
    this.onEvent(`${choice.label}: ${region}`);
  }

  private end(choice: FaultChoice, region: string): void {
    const found = this.find(choice, region);
    if (found === undefined) throw new Error(`${choice.name} of ${region} does not last`);
    found.end();
    this.lasting = this.lasting.filter((it) => it !== found);
    this.onEvent(`${choice.undo ?? 'ended'}: ${region}`);
  }

  private find({ name }: FaultChoice, region: string): Lasting | undefined {
    return this.lasting.find((it) => it.name === name && it.region === region);
  }
}

import type { DrillBoard, DrillEnd, DrillRunner } from '../model';

export type Answer = 'started' | 'unknown' | 'busy';

/** Starts drills, one at a time: two at once would judge each other's damage. */
export class DrillDesk {
  private runner: DrillRunner | undefined;
  private running: string | null = null;
  private last: DrillEnd | null = null;
  private readonly end = new AbortController();

  public constructor(private readonly onEvent: (text: string) => void) {}

  public get board(): DrillBoard {
    const available = this.runner?.available ?? [];
    return { available, running: this.running, last: this.last };
  }

  public offer(runner: DrillRunner): void {
    this.runner = runner;
  }

  public start(name: unknown): Answer {
    const { runner } = this;
    const drill = runner?.available.find((it) => it.name === name);
    if (runner === undefined || drill === undefined) return 'unknown';
    if (this.running !== null) return 'busy';
    this.running = drill.name;
    void this.run(runner, drill.name);
    return 'started';
  }

  public close(): void {
    this.end.abort();
  }

  private async run(runner: DrillRunner, name: string): Promise<void> {
    const say = (text: string): void => {
      this.onEvent(`${name}: ${text}`);
    };
    say('begins');
    try {
      const outcome = await runner.run(name, say, this.end.signal);
      this.last = { name, outcome };
      say(outcome.passed ? 'passed' : 'failed');
    } catch (error) {
      const refused = error instanceof Error ? error.message : String(error);
      this.last = { name, refused };
      say(`not run: ${refused}`);
    } finally {
      this.running = null;
    }
  }
}

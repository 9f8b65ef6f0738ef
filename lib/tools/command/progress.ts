import type { Terminal } from './context';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MILLISECONDS = 100;

/** Progress of work whose length is not known beforehand. */
export interface Progress {
  /** Says what is being done now. */
  step(label: string): void;
  /** Clears the line on a terminal. */
  stop(): void;
}

/** A moving line with the seconds gone by on a terminal; elsewhere one plain line a step. */
export function startProgress(terminal: Terminal): Progress {
  return terminal.isTTY === true ? new MovingLine(terminal) : new PlainLines(terminal);
}

class PlainLines implements Progress {
  public constructor(private readonly terminal: Terminal) {}

  public step(label: string): void {
    this.terminal.write(`${label}\n`);
  }

  public stop(): void {
    // Nothing moves: every line is final as it is written.
  }
}

class MovingLine implements Progress {
  private readonly started = performance.now();
  private readonly timer: NodeJS.Timeout;
  private label = '';
  private frame = 0;

  public constructor(private readonly terminal: Terminal) {
    this.timer = setInterval(() => {
      this.draw();
    }, FRAME_MILLISECONDS);
    this.timer.unref();
  }

  public step(label: string): void {
    this.label = label;
    this.draw();
  }

  public stop(): void {
    clearInterval(this.timer);
    this.terminal.write('\r\x1b[K');
  }

  private draw(): void {
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1);
    this.frame = (this.frame + 1) % FRAMES.length;
    this.terminal.write(`\r\x1b[K${FRAMES[this.frame] ?? ''} ${this.label} (${seconds} s)`);
  }
}

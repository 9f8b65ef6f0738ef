import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from '../../../command';

export interface Steps {
  /** Says what is being done now. */
  readonly step: (label: string) => void;
  /** Says something that stays on the screen. */
  readonly say: (message: string) => void;
  /** Ends the bar. */
  readonly stop: () => void;
}

/** Steps of a start, the first included: the length of the bar. */
const STEPS = 7;

/** A bar on a terminal, elsewhere one line a step. */
export function startSteps(terminal: Terminal): Steps {
  const write = (message: string) => void terminal.write(`${message}\n`);
  if (terminal.isTTY !== true) return { step: write, say: write, stop: () => undefined };
  const bar = new SingleBar(
    {
      format: '{bar} {label} ({duration_formatted})',
      stream: terminal,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 20,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(STEPS, 0, { label: '' });
  let running = true;
  const stop = () => {
    if (running) bar.stop();
    running = false;
  };
  return {
    step: (label) => {
      bar.increment(1, { label });
    },
    say: (message) => {
      stop();
      write(message);
    },
    stop,
  };
}

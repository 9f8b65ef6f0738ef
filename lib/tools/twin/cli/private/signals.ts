import type { Supervisor } from '../../processes';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether and when someone asked the twin to end. */
export interface StopRequest {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  /** Leaves signals to the system again. */
  forget(): void;
}

/** The first signal ends everything in order, the second at once. */
export function stopOnSignal(supervisor: Supervisor, say: (message: string) => void): StopRequest {
  const abort = new AbortController();
  const asked = new Promise<void>((resolve) => {
    abort.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const onSignal = () => {
    if (abort.signal.aborted) {
      supervisor.kill();
      // Children end when this process does; the run directory is cleaned at the next start.
      setTimeout(() => process.exit(1), 200);
      return;
    }
    say('stopping (once more to stop at once)');
    abort.abort();
    void supervisor.stop();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: abort.signal,
    asked,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

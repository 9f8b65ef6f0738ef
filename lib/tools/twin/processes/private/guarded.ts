import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { ProcessIdentity } from './identity';
import { identify } from './identity';
import { within } from './wait';

/**
 * A guard holds a pipe from its parent. When the pipe closes, be it because the parent asked or
 * because it was killed, the guard ends the program: SIGINT first, then SIGQUIT, then SIGKILL.
 * So no program survives its supervisor, not even a supervisor that was killed with SIGKILL.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(
  trap 'exit 0' TERM
  ended_within() {
    turns=$1
    while [ $turns -gt 0 ]; do
      kill -0 $program || return 0
      sleep 0.1
      turns=$((turns - 1))
    done
    return 1
  }
  read -r verb <&3
  [ "$verb" = immediate ] || { kill -INT $program; ended_within 40 && exit; }
  kill -QUIT $program
  ended_within 20 || kill -KILL $program
) >/dev/null 2>&1 &
guard=$!
wait $program
code=$?
kill -TERM $guard 2>/dev/null
wait $guard
exit $code`;

export interface GuardedOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** File to which both outputs are appended. */
  readonly log: string;
  /** Whom the program runs as; only root may ask. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface GuardedProcess {
  /** The guard; it lives exactly as long as the program. */
  readonly identity: ProcessIdentity;
  readonly exited: Promise<number>;
  /** `fast` lets the program end in order, `immediate` does not; both return when it has ended. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/** Starts a program of its own session under a guard that ends it when this process ends. */
export function startGuarded(options: GuardedOptions): GuardedProcess {
  const log = openSync(options.log, 'a', 0o600);
  const child: ChildProcess = spawn(
    '/bin/sh',
    ['-c', GUARD, 'guard', options.command, ...options.args],
    {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: ['pipe', log, log],
      detached: true,
      ...options.user,
    },
  );
  closeSync(log);
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
  exited.catch(() => undefined);
  child.stdin?.on('error', () => undefined);
  return {
    identity: identify(child.pid ?? -1) ?? { pid: child.pid ?? -1, startTime: -1 },
    exited,
    stop: async (mode = 'fast') => {
      child.stdin?.end(mode === 'immediate' ? 'immediate\n' : '\n');
      await within(exited, 10_000);
    },
  };
}

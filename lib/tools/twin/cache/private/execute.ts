import { execFile } from 'node:child_process';
import type { EngineUser } from './user';

export interface ExecuteOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Then it is killed. */
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly user?: EngineUser | undefined;
}

/** What became of a program. */
export type Outcome =
  | { readonly kind: 'ended'; readonly output: string }
  | {
      readonly kind: 'failed';
      /** Such as EACCES, where it could not even start. */
      readonly code: string | undefined;
      /** For people. */
      readonly reason: string;
    };

/** Runs a program to its end, or to the end of its time; never throws. */
export function execute(
  command: string,
  args: readonly string[],
  { env, timeoutMs, cwd = '/', user }: ExecuteOptions,
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { env: { ...env }, cwd, timeout: timeoutMs, killSignal: 'SIGKILL', ...user },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve({ kind: 'ended', output: stdout });
          return;
        }
        const code = typeof error.code === 'string' ? error.code : undefined;
        resolve({ kind: 'failed', code, reason: reasonOf(error, stderr, timeoutMs) });
      },
    );
  });
}

function reasonOf(
  error: {
    readonly killed?: boolean | undefined;
    readonly code?: unknown;
    readonly message: string;
  },
  stderr: string,
  timeoutMs: number,
): string {
  if (error.killed === true) return `it did not end within ${timeoutMs / 1000} s`;
  if (typeof error.code === 'string') return `it cannot be started (${error.code})`;
  const lines = stderr.split('\n').flatMap((line) => line.trim() || []);
  const words = lines.slice(-4).join(' | ');
  const end = typeof error.code === 'number' ? `exit code ${error.code}` : error.message;
  return `it failed (${end})${words === '' ? '' : `: ${words}`}`;
}

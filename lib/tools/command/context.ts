import type { Writable } from 'node:stream';

/** What a command may use of the process it runs in. Commands read no global state beside it. */
export interface CommandContext {
  /** Directory that relative paths of the command line start from. */
  readonly cwd: string;
  /** The package's own directory, which holds cdk.json. */
  readonly root: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The result: JSON alone, or text for a person. */
  readonly stdout: Writable;
  /** Progress and complaints. */
  readonly stderr: Terminal;
  /** Sets the exit code of a command that completed: 0 as asked (the default), 1 with findings. */
  readonly finish: (exitCode: 0 | 1) => void;
}

/** A stream that may be a terminal. */
export type Terminal = Writable & { readonly isTTY?: boolean };

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../command';
import { declarationFile, loadDeployment } from '../declaration';
import { applicationContext } from './private/application-context';

/** Kept of what the application says, for the message if it fails. */
const MOST_OUTPUT_CHARACTERS = 20_000;

export interface SynthesizeOptions {
  /** Name or file, as for `loadDeployment`. */
  readonly declaration: string;
  /** Directory that `declaration` and `outDir` are relative to. */
  readonly cwd: string;
  /** Directory of the assembly; made if it does not exist. */
  readonly outDir: string;
  /** The package's own directory. */
  readonly root: string;
  /** Environment of the application, beside what the protocol sets. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Runs the library's own validation of every template, which costs about 10 s. @default false */
  readonly validate?: boolean;
  readonly onProgress?: (step: string) => void;
  /** Ends the application. */
  readonly signal?: AbortSignal;
}

/**
 * Writes the assembly of a declaration, the same as `npx cdk synth` does: it runs the same
 * application with the CDK's own protocol (directory and context in environment variables), only
 * without the CDK command line. The declaration is checked first, so its faults are told at once.
 *
 * @returns the absolute path of the assembly
 * @throws LoadError, DeclarationError for a declaration that cannot be used
 * @throws CommandError with what the application said, if it fails for another reason
 */
export async function synthesize(options: SynthesizeOptions): Promise<string> {
  const { declaration, cwd, root } = options;
  options.onProgress?.(`checking the declaration ${declaration}`);
  const file = declarationFile(declaration, { cwd });
  loadDeployment(declaration, { cwd });

  const directory = resolve(cwd, options.outDir);
  makeDirectory(directory);
  options.onProgress?.(`synthesizing ${declaration}`);
  const outcome = await runApplication(options, {
    ...options.env,
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify(applicationContext(root, { declaration: file })),
    ...(options.validate === true ? {} : { CDK_VALIDATION: 'false' }),
  });
  if (outcome.exitCode !== 0) {
    throw new CommandError(`the application failed (${outcome.ending}):\n${outcome.output}`, 1);
  }
  return directory;
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the output directory cannot be made: ${reason}`, 2);
  }
}

interface Outcome {
  readonly exitCode: number | null;
  readonly ending: string;
  readonly output: string;
}

function runApplication(
  { root, signal }: SynthesizeOptions,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  return new Promise((resolveOutcome, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let output = '';
    const keep = (chunk: string): void => {
      output = (output + chunk).slice(-MOST_OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', reject);
    child.once('close', (exitCode, killedBy) => {
      const ending = killedBy === null ? `exit code ${exitCode ?? '?'}` : `ended by ${killedBy}`;
      resolveOutcome({ exitCode, ending, output: output.trimEnd() });
    });
  });
}

import { Writable } from 'node:stream';
import type * as CommandLine from '../../bin/meridian';
import { ROOT } from './root';

/** By its whole name: without an end it is the script that loads a compiler first. */
const { run } = jest.requireActual<typeof CommandLine>('../../bin/meridian.ts');

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `meridian ARGUMENTS` in this process: the command line without its start, which costs seconds. */
export async function runMeridian(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const [stdout, stderr] = [new Text(), new Text()];
  const exitCode = await run(args, { cwd, root: ROOT, env, stdout, stderr });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class Text extends Writable {
  public text = '';

  public override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

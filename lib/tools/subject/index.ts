import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Deployment } from '../../config';
import { loadAssembly, loadTemplates } from '../assembly';
import type { Assembly } from '../assembly';
import { startProgress } from '../command';
import type { CommandContext } from '../command';
import { loadDeployment } from '../declaration';
import { synthesize } from '../synth';

/** How a command describes the argument that `readSubject` reads. */
export const SUBJECT =
  'a name in lib/config/declarations, a .ts, .mjs or .json file, a directory that ' +
  '`meridian synth` or `cdk synth` wrote, or a directory of CloudFormation templates';

export interface Subject {
  readonly assembly: Assembly;
  /** What was declared; undefined where the subject is an assembly or a directory of templates. */
  readonly deployment: Deployment | undefined;
}

/**
 * Directory of an assembly: the subject itself, or `aside`, into which a declaration is synthesized.
 *
 * @throws LoadError, DeclarationError, CommandError
 */
export async function assemblyDirectory(
  subject: string,
  aside: string,
  { cwd, root, env }: Pick<CommandContext, 'cwd' | 'root' | 'env'>,
  onProgress: (step: string) => void,
): Promise<string> {
  const directory = resolve(cwd, subject);
  if (existsSync(join(directory, 'manifest.json'))) return directory;
  return await synthesize({ declaration: subject, cwd, root, env, outDir: aside, onProgress });
}

/**
 * What a planning command is about: an assembly or templates as they lie in a directory, or a
 * declaration, whose assembly is synthesized aside and removed again.
 *
 * @param regions Regions of templates whose path names none
 * @throws AssemblyError, LoadError, DeclarationError, CommandError: nothing else
 */
export async function readSubject(
  subject: string,
  context: CommandContext,
  regions: readonly string[] = [],
): Promise<Subject> {
  const { cwd, root, env, stderr } = context;
  const directory = resolve(cwd, subject);
  if (existsSync(join(directory, 'manifest.json'))) {
    return { assembly: loadAssembly(directory), deployment: undefined };
  }
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) {
    return { assembly: loadTemplates(directory, { regions }), deployment: undefined };
  }
  const deployment = loadDeployment(subject, { cwd });
  const progress = startProgress(stderr);
  const aside = mkdtempSync(join(tmpdir(), 'meridian-subject-'));
  try {
    const onProgress = (step: string): void => {
      progress.step(step);
    };
    await synthesize({ declaration: subject, cwd, root, env, outDir: aside, onProgress });
    progress.step('reading the templates');
    return { assembly: loadAssembly(aside), deployment };
  } finally {
    progress.stop();
    rmSync(aside, { recursive: true, force: true });
  }
}

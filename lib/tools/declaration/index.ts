import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { require as requireModule } from 'tsx/cjs/api';
import { resolveDeployment } from '../../config';
import type { Declaration, Deployment } from '../../config';
import { CommandError, didYouMean } from '../command';

/** The declaration that commands use where none is named. */
export const DEFAULT_DECLARATION = 'multi-region';

const DECLARATIONS = resolve(__dirname, '../../config/declarations');
const EXTENSIONS = ['.ts', '.mjs', '.json'];

/** A declaration that could not be read; one that was read and is faulty is a DeclarationError. */
export class LoadError extends CommandError {
  public override readonly name = 'LoadError';

  public constructor(message: string) {
    super(message, 2);
  }
}

export interface LoadOptions {
  /** Directory that relative paths start from. */
  readonly cwd: string;
  /** Directory of the declarations that go by a bare name. @default lib/config/declarations */
  readonly declarationsDir?: string;
}

/**
 * Reads and resolves a declaration: a bare name such as `multi-region` is a file of
 * `declarationsDir`; anything else is the path of a `.ts`, `.mjs` or `.json` file, whose default
 * export (or whole content) is the declaration.
 *
 * @throws LoadError if there is no such file, it cannot be evaluated, or it exports no default
 * @throws DeclarationError with every fault of the declaration
 */
export function loadDeployment(nameOrFile: string, options: LoadOptions): Deployment {
  return resolveDeployment(readDeclaration(declarationFile(nameOrFile, options)));
}

/**
 * Reads a declaration as somebody wrote it, checked but without its defaults.
 * @throws like {@link loadDeployment}
 */
export function loadDeclaration(nameOrFile: string, options: LoadOptions): Declaration {
  const declaration = readDeclaration(declarationFile(nameOrFile, options));
  resolveDeployment(declaration);
  return declaration as Declaration;
}

/** Absolute path of a declaration. @throws LoadError if there is none */
export function declarationFile(nameOrFile: string, options: LoadOptions): string {
  const { cwd, declarationsDir = DECLARATIONS } = options;
  if (/^[\w-]+$/.test(nameOrFile)) return namedFile(nameOrFile, declarationsDir);
  const file = resolve(cwd, nameOrFile);
  if (!EXTENSIONS.includes(extname(file))) {
    throw new LoadError(
      `a declaration is a name (${known(declarationsDir).join(', ')}) or a file that ends in ` +
        `${EXTENSIONS.join(', ')}, got: ${JSON.stringify(nameOrFile)}`,
    );
  }
  if (!isFile(file)) throw new LoadError(`there is no declaration file ${file}`);
  return file;
}

function namedFile(name: string, directory: string): string {
  const file = join(directory, `${name}.ts`);
  if (isFile(file)) return file;
  const names = known(directory);
  throw new LoadError(
    `there is no declaration named ${name}${didYouMean(name, names)}; known: ${names.join(', ')} ` +
      `(a file of your own is given as a path, such as ./${name}.ts)`,
  );
}

function known(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function readDeclaration(file: string): unknown {
  if (extname(file) === '.json') return attempt(file, () => JSON.parse(readFileSync(file, 'utf8')));
  const exported = attempt(file, () => requireModule(file, __filename));
  const value: unknown =
    typeof exported === 'object' && exported !== null && 'default' in exported
      ? exported.default
      : undefined;
  if (value === undefined) {
    throw new LoadError(
      `${file} has no default export; expected: export default defineDeployment({ … })`,
    );
  }
  return value;
}

/** Whatever the file itself throws, syntax errors included, is told without our own stack. */
function attempt(file: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const [told = reason] = reason.split('\nRequire stack:');
    // tsx calls `.mjs` by the name that it would have after being compiled.
    const compiled = file.replace(/\.mjs$/, '.js');
    throw new LoadError(
      `${file} cannot be read as a declaration: ${told.replaceAll(compiled, file)}`,
    );
  }
}

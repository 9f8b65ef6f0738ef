import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeIfChanged } from './write-if-changed';

/** Digest of what bundles were made from, and of each bundle below `build/`. */
interface Stamp {
  readonly inputs: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Whatever decides the bytes of bundles: sources, settings, and the versions of all packages. */
export function inputsOf(root: string, parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of parts.flatMap((part) => filesBelow(root, part))) {
    hash.update(`\n${file}\n`).update(read(join(root, file)) ?? '');
  }
  return hash.digest('hex');
}

/** True if all bundles are there and were made from these inputs. */
export function isUpToDate(out: string, inputs: string): boolean {
  const text = read(stampFile(out))?.toString();
  if (text === undefined) return false;
  try {
    const stamp = JSON.parse(text) as Stamp;
    return (
      stamp.inputs === inputs &&
      Object.entries(stamp.outputs).every(([name, digest]) => {
        const content = read(join(out, name));
        return content !== undefined && sha256(content) === digest;
      })
    );
  } catch {
    return false;
  }
}

/** Written last, so that a run which was cut short leaves no stamp that is true. */
export function writeStamp(
  out: string,
  inputs: string,
  outputs: Readonly<Record<string, Uint8Array>>,
): void {
  const digests = Object.entries(outputs).map(([name, content]) => [name, sha256(content)]);
  const stamp: Stamp = {
    inputs,
    outputs: Object.fromEntries(digests) as Record<string, string>,
  };
  writeIfChanged(stampFile(out), Buffer.from(`${JSON.stringify(stamp, null, 2)}\n`));
}

function stampFile(out: string): string {
  return join(out, 'stamp.json');
}

/** Paths relative to the root, in order; a part is a directory or a file that need not exist. */
function filesBelow(root: string, part: string): readonly string[] {
  try {
    return readdirSync(join(root, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
      .sort();
  } catch {
    return [part];
  }
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

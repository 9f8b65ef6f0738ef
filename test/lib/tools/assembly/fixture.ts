import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAssembly, type Assembly } from '../../../../lib/tools/assembly';

export const ACCOUNT = '123456789012';

/** A stack of a hand-written assembly; the artifact id is the key it stands under. */
export interface StackFixture {
  readonly region?: string;
  readonly account?: string;
  readonly template: unknown;
  readonly dependencies?: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Hand-written assemblies in temporary directories, removed together. */
export class Fixtures {
  private readonly directories: string[] = [];

  /** Writes files as given: text as it is, anything else as JSON. */
  public write(files: Readonly<Record<string, unknown>>): string {
    const directory = mkdtempSync(join(tmpdir(), 'meridian-assembly-'));
    this.directories.push(directory);
    for (const [name, content] of Object.entries(files)) {
      const file = join(directory, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return directory;
  }

  public load(stacks: Readonly<Record<string, StackFixture>>): Assembly {
    return loadAssembly(this.write(assemblyFiles(stacks)));
  }

  public remove(): void {
    for (const directory of this.directories) rmSync(directory, { recursive: true, force: true });
  }
}

export function assemblyFiles(stacks: Readonly<Record<string, StackFixture>>) {
  const files: Record<string, unknown> = {};
  const artifacts: Record<string, unknown> = {};
  for (const [id, stack] of Object.entries(stacks)) {
    files[`${id}.template.json`] = stack.template;
    artifacts[id] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://${stack.account ?? ACCOUNT}/${stack.region ?? 'eu-central-1'}`,
      properties: {
        templateFile: `${id}.template.json`,
        stackName: `name-of-${id}`,
        parameters: stack.parameters ?? {},
      },
      dependencies: stack.dependencies ?? [],
    };
  }
  return { ...files, 'manifest.json': { version: '55.0.0', artifacts } };
}

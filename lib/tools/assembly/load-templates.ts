import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { AssemblyError } from './assembly-error';
import type { Assembly } from './model';
import { AssemblyGraph } from './private/assembly-graph';
import type { StackArtifact } from './private/manifest';
import { readStack } from './private/stack';
import { looksLikeTemplate, TEMPLATE_EXTENSIONS } from './private/template-file';

/** Directories that hold other things than templates. */
const SKIPPED = new Set(['node_modules', '.git']);
/** More files than any application has; a wrong directory is told at once. */
const MOST_FILES = 2_000;
const REGION =
  /(?<![a-z0-9])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-(?:(?:north|south)(?:east|west)?|central|east|west)-\d(?![0-9])/;
/** Nobody says whose account plain templates are for; one for all keeps them one system. */
const ACCOUNT = '000000000000';

export interface LoadTemplatesOptions {
  /** Regions that a template goes to whose path names none; one stack each. @default none */
  readonly regions?: readonly string[];
}

/**
 * Reads plain CloudFormation templates (JSON or YAML) below a directory as one system. A template's
 * Region is the one that its path names: `eu-west-1/app.yaml`, `app.eu-west-1.json`.
 *
 * @throws AssemblyError naming the file and the fault; nothing else, whatever the files hold
 */
export function loadTemplates(directory: string, options: LoadTemplatesOptions = {}): Assembly {
  const root = resolve(directory);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new AssemblyError(root, 'no such directory');
  }
  const files = templateFiles(root).filter(looksLikeTemplate);
  if (files.length === 0) {
    throw new AssemblyError(
      root,
      'holds neither manifest.json (synthesize first: npx cdk synth) nor a CloudFormation template',
    );
  }
  const artifacts = files.flatMap((file) => artifactsOf(root, file, options.regions ?? []));
  const ids = new Set(artifacts.map(({ id }) => id));
  return new AssemblyGraph(
    root,
    artifacts.map((artifact) => readStack(artifact, ids)),
  );
}

function templateFiles(root: string): readonly string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (TEMPLATE_EXTENSIONS.includes(extname(entry.name))) found.push(path);
      if (found.length > MOST_FILES) {
        throw new AssemblyError(root, `holds more than ${MOST_FILES} JSON or YAML files`);
      }
    }
  };
  try {
    visit(root);
  } catch (error) {
    if (error instanceof AssemblyError) throw error;
    throw new AssemblyError(root, `cannot be read: ${(error as Error).message}`);
  }
  return found.sort();
}

function artifactsOf(root: string, file: string, regions: readonly string[]): StackArtifact[] {
  const path = relative(root, file);
  const named = REGION.exec(path)?.[0];
  const chosen = named === undefined ? regions : [named];
  if (chosen.length === 0) {
    throw new AssemblyError(
      file,
      'has no Region: put it below a directory named after one, name one in the file name ' +
        `(${basename(file, extname(file))}.eu-west-1${extname(file)}), or give --region`,
    );
  }
  const stem = path.slice(0, -extname(path).length).split(sep).join('/');
  return chosen.map((region) => ({
    id: named === undefined && chosen.length > 1 ? `${stem}@${region}` : stem,
    file,
    directory: root,
    account: ACCOUNT,
    region,
    dependencies: [],
    properties: { templateFile: path },
    assetManifests: [],
  }));
}

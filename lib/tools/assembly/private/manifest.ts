import { join, resolve } from 'node:path';
import { AssemblyError } from '../assembly-error';
import { isJsonList, isJsonObject, property, type JsonObject } from '../json';
import { readJsonObject, requiredText, section, text } from './read-json';

const STACK = 'aws:cloudformation:stack';
const NESTED = 'cdk:cloud-assembly';
const ASSETS = 'cdk:asset-manifest';

/** A stack as the manifest states it. */
export interface StackArtifact {
  readonly id: string;
  /** Absolute path of the manifest that states it. */
  readonly file: string;
  readonly directory: string;
  readonly account: string;
  readonly region: string;
  /** Ids of artifacts of any type. */
  readonly dependencies: readonly string[];
  readonly properties: JsonObject;
  /** Absolute paths of the asset manifests it depends on. */
  readonly assetManifests: readonly string[];
}

/** Stacks of the manifest and of nested assemblies, in the order of the manifest. */
export function readManifest(
  directory: string,
  above: ReadonlySet<string> = new Set(),
): StackArtifact[] {
  const file = join(directory, 'manifest.json');
  if (above.has(directory)) throw new AssemblyError(file, 'the assembly is nested in itself');
  const manifest = readJsonObject(file, 'the manifest of a cloud assembly');
  refuseMissingContext(file, manifest);
  const artifacts = section(file, manifest, 'artifacts');
  const inside = new Set([...above, directory]);
  const stacks: StackArtifact[] = [];
  for (const id of Object.keys(artifacts)) {
    const artifact = section(file, artifacts, id, `artifacts.${id}`);
    const type = property(artifact, 'type');
    if (type === STACK) stacks.push(readArtifact({ file, directory, artifacts, id, artifact }));
    if (type === NESTED) {
      const properties = section(file, artifact, 'properties', `artifacts.${id}.properties`);
      const path = `artifacts.${id}.properties.directoryName`;
      const nested = requiredText(file, properties, 'directoryName', path);
      stacks.push(...readManifest(resolve(directory, nested), inside));
    }
  }
  return stacks;
}

function refuseMissingContext(file: string, manifest: JsonObject): void {
  const missing = property(manifest, 'missing');
  if (!isJsonList(missing) || missing.length === 0) return;
  const keys = missing.map((entry) =>
    isJsonObject(entry) && typeof entry['key'] === 'string' ? entry['key'] : 'unnamed',
  );
  throw new AssemblyError(
    file,
    `context is missing, so the templates hold placeholders: ${keys.join(', ')}; ` +
      'commit the values to cdk.context.json and synthesize again',
  );
}

interface Found {
  readonly file: string;
  readonly directory: string;
  readonly artifacts: JsonObject;
  readonly id: string;
  readonly artifact: JsonObject;
}

function readArtifact({ file, directory, artifacts, id, artifact }: Found): StackArtifact {
  const path = `artifacts.${id}`;
  const environment = requiredText(file, artifact, 'environment', `${path}.environment`);
  const match = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new AssemblyError(
      file,
      `${path}.environment must be aws://ACCOUNT/REGION, got: ${environment}`,
    );
  }
  const dependencies = texts(property(artifact, 'dependencies'));
  return {
    id,
    file,
    directory,
    account: match[1],
    region: match[2],
    dependencies,
    properties: section(file, artifact, 'properties', `${path}.properties`),
    assetManifests: dependencies.flatMap((name) => assetManifest(file, directory, artifacts, name)),
  };
}

function assetManifest(file: string, directory: string, artifacts: JsonObject, id: string) {
  const artifact = section(file, artifacts, id, `artifacts.${id}`);
  if (property(artifact, 'type') !== ASSETS) return [];
  const properties = section(file, artifact, 'properties', `artifacts.${id}.properties`);
  const name = text(file, properties, 'file', `artifacts.${id}.properties.file`);
  return [resolve(directory, name ?? `${id}.json`)];
}

function texts(value: unknown): string[] {
  return isJsonList(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

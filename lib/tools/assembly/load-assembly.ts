import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssemblyError } from './assembly-error';
import type { Assembly } from './model';
import { AssemblyGraph } from './private/assembly-graph';
import { readManifest } from './private/manifest';
import { readStack } from './private/stack';

/**
 * Reads a cloud assembly (`cdk.out`) and the assemblies nested in it. Uses only what is stable
 * across versions of the CDK; it needs neither the CDK nor credentials.
 *
 * @param directory holds `manifest.json`
 * @throws AssemblyError naming the file and the fault; nothing else, whatever the files hold
 */
export function loadAssembly(directory: string): Assembly {
  const root = resolve(directory);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new AssemblyError(root, 'no such directory; synthesize first (npx cdk synth)');
  }
  const artifacts = readManifest(root);
  const ids = new Set(artifacts.map((artifact) => artifact.id));
  if (ids.size < artifacts.length) {
    const twice = artifacts.find((one, at) => artifacts.findIndex((it) => it.id === one.id) < at);
    throw new AssemblyError(twice?.file ?? root, `two stacks have the artifact id ${twice?.id}`);
  }
  return new AssemblyGraph(
    root,
    artifacts.map((artifact) => readStack(artifact, ids)),
  );
}

import { basename } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import type { Deployment } from '../../lib/config';
import { declareStacks } from '../../lib/stages';
import { buildBundlesOf } from '../../lib/tools/bundle';
import { ROOT } from './root';

/** What tests ask of a stack, beside the assembly on disk. */
export interface StackEntry {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  readonly dependencies: readonly string[];
  /** Name in the assembly's directory. */
  readonly templateFile: string;
  readonly paths: readonly (readonly [logicalId: string, path: string])[];
}

/** Synthesizes into a directory, in this process. */
export async function synthesizeInto(
  directory: string,
  deployment: Deployment,
): Promise<readonly StackEntry[]> {
  const artifacts = await buildBundlesOf(deployment, { root: ROOT, cwd: ROOT });
  const app = new App({ context, outdir: directory, stackTraces: false });
  declareStacks(app, { deployment, artifacts });
  return app.synth().stacks.map((artifact) => {
    const stack = app.node.findChild(artifact.id);
    if (!Stack.isStack(stack)) throw new Error(`${artifact.id} is not a stack`);
    return {
      id: artifact.id,
      name: artifact.stackName,
      region: artifact.environment.region,
      terminationProtection: artifact.terminationProtection === true,
      dependencies: artifact.dependencies
        .map(({ id }) => id)
        .filter((id) => !id.endsWith('.assets')),
      templateFile: basename(artifact.templateFullPath),
      paths: pathsOf(stack),
    };
  });
}

function pathsOf(stack: Stack): StackEntry['paths'] {
  const resources = stack.node.findAll().filter((node) => node instanceof CfnResource);
  return resources.map((resource) => [
    String(stack.resolve(resource.logicalId)),
    resource.node.path.slice(stack.node.path.length + 1),
  ]);
}

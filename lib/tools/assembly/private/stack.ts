import { resolve } from 'node:path';
import { AssemblyError } from '../assembly-error';
import { isJsonList, property, type Json, type JsonObject } from '../json';
import type { AssemblyResource, AssemblyStack } from '../model';
import { readAssets } from './assets';
import type { StackArtifact } from './manifest';
import { requiredText, section, text } from './read-json';
import { readTemplate } from './template-file';

/** A resource before its condition has been evaluated. */
export type Draft = { -readonly [K in keyof AssemblyResource]: AssemblyResource[K] };

/** Reads one stack's template and assets. `stackIds` tells stacks from other dependencies. */
export function readStack(artifact: StackArtifact, stackIds: ReadonlySet<string>): AssemblyStack {
  const { id, file, properties } = artifact;
  const path = `artifacts.${id}.properties`;
  const templateName = requiredText(file, properties, 'templateFile', `${path}.templateFile`);
  const templateFile = resolve(artifact.directory, templateName);
  const template = readTemplate(templateFile, `the template of stack ${id}`);
  const resources = new Map<string, AssemblyResource>();
  const stack: AssemblyStack = {
    id,
    name: text(file, properties, 'stackName', `${path}.stackName`) ?? id,
    region: artifact.region,
    account: artifact.account,
    terminationProtection: property(properties, 'terminationProtection') === true,
    templateFile,
    template: {
      parameters: section(templateFile, template, 'Parameters'),
      mappings: section(templateFile, template, 'Mappings'),
      conditions: section(templateFile, template, 'Conditions'),
      outputs: section(templateFile, template, 'Outputs'),
    },
    dependencies: artifact.dependencies.filter((name) => stackIds.has(name)),
    parameters: parameters(section(file, properties, 'parameters', `${path}.parameters`)),
    assets: new Map(
      artifact.assetManifests.flatMap(readAssets).map((asset) => [asset.hash, asset]),
    ),
    resources,
  };
  const declared = section(templateFile, template, 'Resources');
  for (const logicalId of Object.keys(declared)) {
    resources.set(logicalId, readResource(stack, declared, logicalId));
  }
  return stack;
}

function parameters(values: JsonObject): ReadonlyMap<string, string> {
  const given = Object.entries(values).filter(([, value]) => typeof value === 'string');
  return new Map(given as [string, string][]);
}

function readResource(stack: AssemblyStack, declared: JsonObject, logicalId: string): Draft {
  const file = stack.templateFile;
  const path = `Resources.${logicalId}`;
  const resource = section(file, declared, logicalId, path);
  return {
    key: `${stack.id}/${logicalId}`,
    stack,
    logicalId,
    type: requiredText(file, resource, 'Type', `${path}.Type`),
    properties: section(file, resource, 'Properties', `${path}.Properties`),
    metadata: section(file, resource, 'Metadata', `${path}.Metadata`),
    condition: text(file, resource, 'Condition', `${path}.Condition`),
    dependsOn: logicalIds(file, path, property(resource, 'DependsOn')),
    deletionPolicy: policy(resource, 'DeletionPolicy'),
    updateReplacePolicy: policy(resource, 'UpdateReplacePolicy'),
    updatePolicy: section(file, resource, 'UpdatePolicy', `${path}.UpdatePolicy`),
    included: property(resource, 'Condition') === undefined ? true : 'unknown',
  };
}

/** Policies may be computed (language extensions); those are not stated here. */
function policy(resource: JsonObject, name: string): string | undefined {
  const value = property(resource, name);
  return typeof value === 'string' ? value : undefined;
}

function logicalIds(file: string, path: string, value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  const all = isJsonList(value) ? value : [value];
  return all.map((id) => {
    if (typeof id !== 'string') {
      throw new AssemblyError(file, `${path}.DependsOn must hold logical ids`);
    }
    return id;
  });
}

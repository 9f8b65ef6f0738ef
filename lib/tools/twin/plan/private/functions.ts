import type { AssemblyResource, AssemblyStack } from '../../../assembly';
import type { FunctionConfig } from '../../gateway';
import type { TemplateReader } from './reader';
import { asObject, asText, PlanError } from './reader';

/** What the twin adds to a function's environment, and takes from it. */
export interface LocalEnvironment {
  /** Base URL of the Region's stand-ins. */
  readonly endpoint: string;
  /** Marks the twin's processes. */
  readonly marker: Readonly<Record<string, string>>;
}

/** @throws PlanError where its code is not an asset of the assembly */
export function planFunction(
  reader: TemplateReader,
  resource: AssemblyResource,
  local: LocalEnvironment,
): FunctionConfig {
  const { region } = resource.stack;
  const name = reader.text(resource, 'FunctionName') ?? resource.logicalId;
  const memoryMiB = Number(reader.text(resource, 'MemorySize') ?? 128);
  return {
    name,
    directory: assetOf(reader, resource),
    handler: reader.needed(resource, 'Handler'),
    environment: {
      ...environmentOf(reader, resource),
      ...local.marker,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
      // The stand-ins check no signature; nothing here opens anything at AWS.
      AWS_ACCESS_KEY_ID: 'twin',
      AWS_SECRET_ACCESS_KEY: 'twin',
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: local.endpoint,
      TZ: 'UTC',
    },
    memoryMiB,
    timeoutSeconds: Number(reader.text(resource, 'Timeout') ?? 3),
  };
}

function environmentOf(
  reader: TemplateReader,
  resource: AssemblyResource,
): Readonly<Record<string, string>> {
  const variables = asObject(reader.value(resource, 'Environment', 'Variables'));
  const entries = Object.entries(variables).flatMap(([name, value]) => {
    // A file of Lambda's own machines.
    if (name === 'NODE_EXTRA_CA_CERTS') return [];
    return [[name, name === 'DATABASE_TLS' ? 'disable' : asText(value)] as const];
  });
  return Object.fromEntries(entries);
}

function assetOf(reader: TemplateReader, resource: AssemblyResource): string {
  const key = reader.text(resource, 'Code', 'S3Key');
  const asset = key === undefined ? undefined : findAsset(resource.stack, key);
  if (asset === undefined) {
    throw new PlanError(resource.key, `its code (${key ?? 'inline'}) is no asset of the assembly`);
  }
  return asset;
}

/** Path of the asset that is published under an object key. */
export function findAsset(stack: AssemblyStack, objectKey: string): string | undefined {
  for (const asset of stack.assets.values()) {
    if (asset.objectKeys.includes(objectKey)) return asset.path;
  }
  return undefined;
}

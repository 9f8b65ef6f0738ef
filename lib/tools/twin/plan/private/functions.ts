import { LEASE_SECONDS } from '../../../../config';
import type { AssemblyResource, AssemblyStack } from '../../../assembly';
import type { FunctionConfig } from '../../gateway';
import type { TemplateReader } from './reader';
import { asObject, asText, PlanError } from './reader';
import { planVersions } from './versions';

/** What the twin adds to the environment of a function or server, and takes from it. */
export interface LocalEnvironment {
  /** Base URL of the Region's stand-ins. */
  readonly endpoint: string;
  /** Marks the twin's processes. */
  readonly marker: Readonly<Record<string, string>>;
  /** By how much time runs faster. */
  readonly timeScale: number;
  /** File of the authority that vouches for databases. */
  readonly authority: string;
}

/** Everybody's in a twin. */
export const TWIN_KEYS = { AWS_ACCESS_KEY_ID: 'twin', AWS_SECRET_ACCESS_KEY: 'twin' } as const;

/** Lease of the workload where nothing else is said, in milliseconds. */
const LEASE_MS = LEASE_SECONDS * 1_000;
/** What the workload accepts, but for the shortest, which would make one slow look-up stop writes. */
const LEASE_RANGE_MS = [500, 60_000] as const;

/** @throws PlanError where its code is not an asset of the assembly */
export function planFunction(
  reader: TemplateReader,
  resource: AssemblyResource,
  local: LocalEnvironment,
): FunctionConfig {
  const { region } = resource.stack;
  const name = reader.text(resource, 'FunctionName') ?? resource.logicalId;
  const memoryMiB = Number(reader.text(resource, 'MemorySize') ?? 128);
  const reserved = reader.text(resource, 'ReservedConcurrentExecutions');
  return {
    name,
    directory: assetOf(reader, resource),
    handler: reader.needed(resource, 'Handler'),
    environment: {
      ...localEnvironment(variablesOf(reader, resource), region, local),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
    },
    memoryMiB,
    timeoutSeconds: Number(reader.text(resource, 'Timeout') ?? 3),
    ...(reserved !== undefined && { concurrency: Number(reserved) }),
    ...planVersions(reader, resource),
  };
}

function variablesOf(
  reader: TemplateReader,
  resource: AssemblyResource,
): Readonly<Record<string, string>> {
  const variables = asObject(reader.value(resource, 'Environment', 'Variables'));
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, asText(value)] as const),
  );
}

/** The whole environment of a process that runs in a Region of the twin. */
export function localEnvironment(
  variables: Readonly<Record<string, string>>,
  region: string,
  { endpoint, marker, timeScale, authority }: LocalEnvironment,
): Readonly<Record<string, string>> {
  return {
    ...variables,
    // In the place of a file of Lambda's own machines.
    NODE_EXTRA_CA_CERTS: authority,
    ...eventQueue(variables['EVENT_QUEUE']),
    LEASE_MS: String(leaseMs(variables['LEASE_MS'], timeScale)),
    ...marker,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Forms for uploads are checked against them, requests are not; they open nothing at AWS.
    ...TWIN_KEYS,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_XRAY: endpoint,
    TZ: 'UTC',
  };
}

/** An address is only a name to the stand-in; this one leads nowhere, whatever asks it. */
function eventQueue(url: string | undefined): Readonly<Record<string, string>> {
  return url === undefined
    ? {}
    : { EVENT_QUEUE: url.replace(/^https:\/\/(.*)\.amazonaws\.com/, 'http://$1.invalid') };
}

/**
 * The workload's lease in compressed time, in milliseconds.
 *
 * @param configured as the templates have it
 */
export function leaseMs(configured: string | undefined, timeScale: number): number {
  const [least, most] = LEASE_RANGE_MS;
  const scaled = Math.round(Number(configured ?? LEASE_MS) / timeScale);
  return Math.min(Math.max(scaled, least), most);
}

/** The lease that a function's template configures, in milliseconds. */
export function configuredLeaseMs(
  reader: TemplateReader,
  resource: AssemblyResource | undefined,
): number {
  return leaseMs(resource && variablesOf(reader, resource)['LEASE_MS'], 1);
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

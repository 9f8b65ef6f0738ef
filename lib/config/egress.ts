import { codePartsOf } from './code-parts';
import type { RegionName } from './declaration';
import type { Deployment, OwnGrant } from './deployment';
import { storesOf } from './stores';

/**
 * Interface endpoints by the prefix of actions, named as endpoints' names end: none where a gateway endpoint or
 * the network serves.
 */
export const INTERFACE_ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  appconfig: ['appconfigdata'],
  athena: ['athena'],
  bedrock: ['bedrock-runtime'],
  cassandra: ['cassandra'],
  cloudwatch: ['monitoring'],
  comprehend: ['comprehend'],
  cloudformation: ['cloudformation'],
  dynamodb: [],
  ec2: ['ec2'],
  ecr: ['ecr.api', 'ecr.dkr'],
  elasticache: [],
  events: ['events'],
  'execute-api': ['execute-api'],
  firehose: ['kinesis-firehose'],
  glue: ['glue'],
  kinesis: ['kinesis-streams'],
  kms: ['kms'],
  lambda: ['lambda'],
  logs: ['logs'],
  'neptune-db': [],
  polly: ['polly'],
  'rds-data': ['rds-data'],
  'rds-db': [],
  rekognition: ['rekognition'],
  s3: [],
  scheduler: ['scheduler'],
  secretsmanager: ['secretsmanager'],
  ses: ['email'],
  sns: ['sns'],
  sqs: ['sqs'],
  ssm: ['ssm'],
  states: ['states'],
  sts: ['sts'],
  textract: ['textract'],
  translate: ['translate'],
  xray: ['xray'],
};

/** Prefixes of actions whose services can be reached without a way out. */
export const REACHED_PREFIXES: readonly string[] = Object.keys(INTERFACE_ENDPOINTS);

/** Prefix of the actions that go through an interface endpoint: `ecr` of `ecr.dkr`. */
export const prefixThrough = (service: string): string =>
  Object.entries(INTERFACE_ENDPOINTS).find(([, services]) => services.includes(service))?.[0] ??
  service;

/** Part of a deployment by which it is told what its functions and servers call. */
export type Calling = Pick<
  Deployment,
  'network' | 'services' | 'queues' | 'jobs' | 'stores' | 'observability'
>;

/**
 * Services for which a Region's network has interface endpoints: all that its functions and servers call
 * there, by what is declared. Names as those of endpoints end, in the order of the letters; none where
 * NAT gateways alone carry.
 */
export function endpointsOf(deployment: Calling, region: RegionName): readonly string[] {
  if (deployment.network.egress === 'nat') return [];
  const { services, queues, stores, observability } = deployment;
  const here = { stores: stores.filter(({ regions }) => regions.includes(region)) };
  const addressed = [
    ...storesOf(here, 'dsql'),
    ...storesOf(here, 'neptune'),
    ...storesOf(here, 'aurora-limitless'),
  ];
  const found = [
    'secretsmanager',
    ...(queues.length > 0 ? ['sqs'] : []),
    ...(codePartsOf(deployment).length > 0 || addressed.length > 0 ? ['ssm'] : []),
    ...(observability.tracing === undefined ? [] : ['xray']),
    ...(storesOf(here, 'keyspaces').length > 0 ? ['cassandra'] : []),
    ...services.flatMap(serverEndpoints),
    ...services.flatMap(({ grants }) =>
      grants.own.flatMap(({ actions }) =>
        actions.flatMap((action) => INTERFACE_ENDPOINTS[prefixOf(action)] ?? []),
      ),
    ),
  ];
  return [...new Set(found)].sort();
}

/** What servers need of AWS before their own code runs, and to say that it does. */
function serverEndpoints({
  compute,
  loadBalancing,
}: Pick<Deployment['services'][number], 'compute' | 'loadBalancing'>): readonly string[] {
  return [
    ...(compute.fargate === undefined ? [] : ['ecr.api', 'ecr.dkr', 'logs']),
    ...(compute.ec2 === undefined ? [] : ['cloudformation', 'logs']),
    ...(loadBalancing.kind === 'software' ? ['cloudformation', 'ec2'] : []),
  ];
}

/** Service of an action: `sqs` of `sqs:SendMessage`. */
export const prefixOf = (action: string): string => action.toLowerCase().split(':')[0] ?? '';

/** Regions that a grant's ARNs name beside the service's own. */
export function foreignRegionsOf({ resources }: OwnGrant, own: RegionName): readonly string[] {
  return resources
    .map((arn) => arn.split(':')[3] ?? '')
    .filter((region) => region !== '' && region !== '{region}' && region !== own);
}

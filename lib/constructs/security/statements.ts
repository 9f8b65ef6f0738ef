import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Names, REPLICATED_TABLES } from '../../config';
import type { Deployment, RegionName, ReplicatedTable, TableKind } from '../../config';

/** Who runs where: what a Region's functions may reach is computed from it. */
export interface Place {
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName'>;
  readonly region: RegionName;
}

/** Reads these secrets, in the function's own Region only. */
export function readSecrets(place: Place, secrets: readonly string[]): PolicyStatement {
  const names = new Names(place.deployment);
  return new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: secrets.map((secret) => names.secretArnPattern(secret, place.region)),
  });
}

/** Uses tables with single-item operations; `regions` are those whose replicas it may call. */
export function useTables(
  place: Place,
  tables: readonly TableKind[],
  actions: readonly ('GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query')[],
  regions: readonly RegionName[] = [place.region],
): PolicyStatement {
  const names = new Names(place.deployment);
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: regions.flatMap((region) => tables.map((table) => names.tableArn(table, region))),
  });
}

/** Uses tables of the Region in every way that they are made for: those with sorted items are queried. */
export function useOwnTables(place: Place, tables: readonly ReplicatedTable[]): PolicyStatement[] {
  const sorted = tables.filter((table) => 'sortKey' in REPLICATED_TABLES[table]);
  const plain = tables.filter((table) => !sorted.includes(table));
  return [
    ...(plain.length > 0 ? [useTables(place, plain, ITEM_ACTIONS)] : []),
    ...(sorted.length > 0 ? [useTables(place, sorted, [...ITEM_ACTIONS, 'Query'])] : []),
  ];
}

const ITEM_ACTIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;

/**
 * Lets the services that hold our data use the Region's data key for the caller. IAM takes no alias
 * as a resource of these actions, so the alias is a condition on any key of the account.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
 */
export function useDataKey(
  { deployment, region }: Place,
  services: readonly ('dynamodb' | 's3' | 'secretsmanager')[],
  writing = services.some((it) => it !== 'secretsmanager'),
): PolicyStatement {
  const reads = ['kms:Decrypt', 'kms:DescribeKey'];
  const writes = ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];
  return new PolicyStatement({
    actions: writing ? [...reads, ...writes] : reads,
    resources: [`arn:aws:kms:${region}:${deployment.account}:key/*`],
    conditions: {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': new Names(deployment).keyAlias() },
      StringEquals: { 'kms:ViaService': services.map((name) => `${name}.${region}.amazonaws.com`) },
    },
  });
}

/**
 * Reads these secrets in any Region: the version that a rotation is about to make current stands in the
 * primary secret only, and another Region's copy may be made the primary one when that is lost.
 */
export function readPendingSecrets(
  deployment: Place['deployment'],
  secrets: readonly string[],
): PolicyStatement[] {
  if (secrets.length === 0) return [];
  const names = new Names(deployment);
  return [
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: secrets.map((secret) => names.secretArnPattern(secret, '*')),
    }),
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey'],
      resources: [`arn:aws:kms:*:${deployment.account}:key/*`],
      conditions: {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': names.keyAlias() },
        StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' },
      },
    }),
  ];
}

/** Sends to queues of some Regions. Messages are encrypted with the key of the queue's own Region. */
export function sendToQueues(
  { deployment, region }: Place,
  queues: readonly string[],
  regions: readonly RegionName[] = [region],
): PolicyStatement[] {
  if (queues.length === 0 || regions.length === 0) return [];
  const names = new Names(deployment);
  return [
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: regions.flatMap((name) => queues.map((queue) => names.queueArn(queue, name))),
    }),
    useQueueKeys(deployment, regions),
  ];
}

/** Lets SQS use data keys for whoever sends and receives. */
export function useQueueKeys(
  deployment: Place['deployment'],
  regions: readonly RegionName[],
): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: regions.map((region) => `arn:aws:kms:${region}:${deployment.account}:key/*`),
    conditions: {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': new Names(deployment).keyAlias() },
      StringEquals: { 'kms:ViaService': regions.map((name) => `sqs.${name}.amazonaws.com`) },
    },
  });
}

/** Receives from a queue of the function's own Region. */
export function receiveFromQueue(place: Place, queue: string): PolicyStatement[] {
  const names = new Names(place.deployment);
  return [
    new PolicyStatement({
      actions: [
        'ReceiveMessage',
        'DeleteMessage',
        'ChangeMessageVisibility',
        'GetQueueAttributes',
      ].map((action) => `sqs:${action}`),
      resources: [names.queueArn(queue, place.region)],
    }),
    useQueueKeys(place.deployment, [place.region]),
  ];
}

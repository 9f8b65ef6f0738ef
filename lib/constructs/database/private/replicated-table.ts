import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Protection, RegionName, TableIndex, TableKey } from '../../../config';
import { lifecycleOf } from '../../lifecycle';

export interface ReplicatedTableProps {
  /** Computed name. */
  readonly tableName: string;
  /** Whether it survives its stack. */
  readonly protection: Protection;
  /** Decides where an item is. */
  readonly partitionKey: TableKey;
  /** Orders items of one partition. @default none */
  readonly sortKey?: TableKey | undefined;
  /** Other ways to find items. @default none */
  readonly indexes?: readonly TableIndex[];
  /** Regions with a replica; the stack's own is one of them. */
  readonly regions: readonly RegionName[];
  /** Key of a Region's replica. @default the key that AWS manages */
  readonly keyOf?: (region: RegionName) => string;
  /** @default eventual */
  readonly consistency?: 'eventual' | 'strong';
  /** Region that keeps changes for two strong replicas. @default none */
  readonly witnessRegion?: RegionName | undefined;
  /** Attribute with the epoch second after which an item is deleted. @default items stay */
  readonly timeToLive?: string | undefined;
}

/**
 * What all of our tables have in common: of the global kind, encrypted, restorable to any second of the
 * last 35 days and protected in each Region. L1, because keys are named by computed ARNs of aliases.
 */
export abstract class ReplicatedTable extends Construct {
  protected constructor(scope: Construct, id: string, props: ReplicatedTableProps) {
    super(scope, id);
    const { removalPolicy, deletionProtection } = lifecycleOf(props.protection);
    const { indexes = [], keyOf, timeToLive, witnessRegion } = props;
    const strong = props.consistency === 'strong';
    const table = new CfnGlobalTable(this, 'Resource', {
      tableName: props.tableName,
      billingMode: 'PAY_PER_REQUEST',
      ...(strong && { multiRegionConsistency: 'STRONG' }),
      ...(witnessRegion !== undefined && { globalTableWitnesses: [{ region: witnessRegion }] }),
      attributeDefinitions: attributesOf([props, ...indexes]),
      keySchema: schemaOf(props),
      ...(indexes.length > 0 && {
        globalSecondaryIndexes: indexes.map((index) => ({
          indexName: index.name,
          keySchema: schemaOf(index),
          projection: { projectionType: 'ALL' },
        })),
      }),
      sseSpecification: { sseEnabled: true, sseType: 'KMS' },
      // Eventual replication reads the stream; CloudFormation wants it said.
      ...(!strong && { streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' } }),
      ...(timeToLive !== undefined && {
        timeToLiveSpecification: { attributeName: timeToLive, enabled: true },
      }),
      replicas: props.regions.map((region) => ({
        region,
        deletionProtectionEnabled: deletionProtection,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        ...(keyOf !== undefined && { sseSpecification: { kmsMasterKeyId: keyOf(region) } }),
      })),
    });
    table.applyRemovalPolicy(removalPolicy);
  }
}

type Keys = Pick<ReplicatedTableProps, 'partitionKey' | 'sortKey'>;

function schemaOf({ partitionKey, sortKey }: Keys): { attributeName: string; keyType: string }[] {
  return [
    { attributeName: partitionKey.name, keyType: 'HASH' },
    ...(sortKey === undefined ? [] : [{ attributeName: sortKey.name, keyType: 'RANGE' }]),
  ];
}

/** Attributes that are keys of the table or of an index, each once. */
function attributesOf(
  keys: readonly Keys[],
): { attributeName: string; attributeType: TableKey['type'] }[] {
  const every = keys.flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    ...(sortKey === undefined ? [] : [sortKey]),
  ]);
  const types = new Map(every.map(({ name, type }) => [name, type]));
  return [...types].map(([attributeName, attributeType]) => ({ attributeName, attributeType }));
}

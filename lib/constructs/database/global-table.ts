import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, RegionName, TableKind } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface GlobalTableProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Which table. */
  readonly kind: TableKind;
  /** Name of the partition key, a string; there is no sort key. */
  readonly partitionKey: string;
  /** Regions that hold a replica; the stack's own is one of them. */
  readonly regions: readonly RegionName[];
  /** Attribute with the epoch second after which an item is deleted. @default items stay */
  readonly timeToLiveAttribute?: string;
}

/**
 * A key-value table with a replica in each Region, each encrypted with its own Region's data key.
 * Every Region reads and writes its own replica; the last writer wins, so what must be unique is
 * written in one Region only. Of the global kind even in one Region, so that Regions can be added.
 *
 * L1, because the keys are named by computed ARNs of aliases. Billed by request.
 *
 * @stateful restorable to any second of the last 35 days
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
 */
export class GlobalTable extends Construct {
  public constructor(scope: Construct, id: string, props: GlobalTableProps) {
    super(scope, id);
    const { deployment, timeToLiveAttribute } = props;
    const names = new Names(deployment);
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const table = new CfnGlobalTable(this, 'Resource', {
      tableName: names.table(props.kind),
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: [{ attributeName: props.partitionKey, attributeType: 'S' }],
      keySchema: [{ attributeName: props.partitionKey, keyType: 'HASH' }],
      sseSpecification: { sseEnabled: true, sseType: 'KMS' },
      // Replication reads the stream; CloudFormation wants it said.
      streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' },
      ...(timeToLiveAttribute !== undefined && {
        timeToLiveSpecification: { attributeName: timeToLiveAttribute, enabled: true },
      }),
      replicas: props.regions.map((region) => ({
        region,
        deletionProtectionEnabled: deletionProtection,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        sseSpecification: { kmsMasterKeyId: names.keyAliasArn(region) },
      })),
    });
    table.applyRemovalPolicy(removalPolicy);
  }
}

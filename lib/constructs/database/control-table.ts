import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface ControlTableProps {
  /** The resolved declaration. */
  readonly deployment: Pick<
    Deployment,
    'name' | 'account' | 'domainName' | 'protection' | 'controlRegions'
  >;
  /** Name of the partition key, a string. */
  readonly partitionKey: string;
}

/**
 * The strongly consistent table that holds the topology document: three Regions of one Region set, a
 * write is durable in two before it is acknowledged, and a read sees it from any. It survives the
 * loss of any one of them. AWS allows it neither time to live nor transactions, and fixes the choice
 * at creation. The document holds names and addresses, no secrets: the AWS managed key is enough, and
 * these Regions need not serve users or have a key of ours. Billed by request.
 *
 * @stateful restorable to any second of the last 35 days
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
 */
export class ControlTable extends Construct {
  public constructor(scope: Construct, id: string, props: ControlTableProps) {
    super(scope, id);
    const { deployment } = props;
    if (deployment.controlRegions.length !== 3) {
      throw new RangeError(
        `\`controlRegions\` must be three Regions, got: ${deployment.controlRegions.join(', ')}`,
      );
    }
    const { removalPolicy, deletionProtection } = lifecycleOf(deployment.protection);
    const table = new CfnGlobalTable(this, 'Resource', {
      tableName: new Names(deployment).table('topology'),
      billingMode: 'PAY_PER_REQUEST',
      multiRegionConsistency: 'STRONG',
      attributeDefinitions: [{ attributeName: props.partitionKey, attributeType: 'S' }],
      keySchema: [{ attributeName: props.partitionKey, keyType: 'HASH' }],
      sseSpecification: { sseEnabled: true, sseType: 'KMS' },
      replicas: deployment.controlRegions.map((region) => ({
        region,
        deletionProtectionEnabled: deletionProtection,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      })),
    });
    table.applyRemovalPolicy(removalPolicy);
  }
}

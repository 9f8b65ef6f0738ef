import type { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment } from '../../config';
import { ReplicatedTable } from './private/replicated-table';

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
export class ControlTable extends ReplicatedTable {
  public constructor(scope: Construct, id: string, props: ControlTableProps) {
    const { deployment } = props;
    if (deployment.controlRegions.length !== 3) {
      throw new RangeError(
        `\`controlRegions\` must be three Regions, got: ${deployment.controlRegions.join(', ')}`,
      );
    }
    super(scope, id, {
      tableName: new Names(deployment).table('topology'),
      protection: deployment.protection,
      partitionKey: { name: props.partitionKey, type: 'S' },
      regions: deployment.controlRegions,
      consistency: 'strong',
    });
  }
}

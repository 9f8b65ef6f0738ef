import type { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, RegionName, TableKind } from '../../config';
import { ReplicatedTable } from './private/replicated-table';

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
 * Billed by request.
 *
 * @stateful restorable to any second of the last 35 days
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
 */
export class GlobalTable extends ReplicatedTable {
  public constructor(scope: Construct, id: string, props: GlobalTableProps) {
    const { deployment, regions } = props;
    const names = new Names(deployment);
    super(scope, id, {
      tableName: names.table(props.kind),
      protection: deployment.protection,
      partitionKey: { name: props.partitionKey, type: 'S' },
      regions,
      keyOf: (region) => names.keyAliasArn(region),
      timeToLive: props.timeToLiveAttribute,
    });
  }
}

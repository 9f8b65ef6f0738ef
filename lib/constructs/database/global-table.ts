import type { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, RegionName, TableKind, TableShape } from '../../config';
import { ReplicatedTable } from './private/replicated-table';

export interface GlobalTableProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Which table. */
  readonly kind: TableKind;
  /** Its keys. */
  readonly shape: TableShape;
  /** Regions that hold a replica; the stack's own is one of them. */
  readonly regions: readonly RegionName[];
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
    const { partitionKey, sortKey, timeToLiveAttribute } = props.shape;
    const names = new Names(deployment);
    super(scope, id, {
      tableName: names.table(props.kind),
      protection: deployment.protection,
      partitionKey: { name: partitionKey, type: 'S' },
      ...(sortKey !== undefined && { sortKey: { name: sortKey, type: 'S' } }),
      regions,
      keyOf: (region) => names.keyAliasArn(region),
      timeToLive: timeToLiveAttribute,
    });
  }
}

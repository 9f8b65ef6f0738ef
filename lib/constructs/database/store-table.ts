import type { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, DynamoDbStore, Table } from '../../config';
import { ReplicatedTable } from './private/replicated-table';

export interface StoreTableProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Store that the table belongs to. */
  readonly store: DynamoDbStore;
  /** The table itself. */
  readonly table: Table;
}

/**
 * A table of a declared `dynamodb` store, with a replica in each of the store's Regions, encrypted with
 * that Region's data key. Eventual: every Region writes its own and the last writer wins. Strong: a
 * write is in two Regions before it is acknowledged, a read sees it from any, and one Region may be
 * lost; it costs a round trip between Regions for each write and each strong read.
 *
 * Billed by request; each write once more for each replica.
 *
 * @stateful restorable to any second of the last 35 days
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class StoreTable extends ReplicatedTable {
  public constructor(scope: Construct, id: string, props: StoreTableProps) {
    const { deployment, store, table } = props;
    const names = new Names(deployment);
    super(scope, id, {
      ...table,
      tableName: names.storeTable(store.name, table.name),
      protection: deployment.protection,
      regions: store.regions,
      keyOf: (region) => names.keyAliasArn(region),
      consistency: store.consistency,
      witnessRegion: store.witnessRegion,
    });
  }
}

import { CfnKeyspace, CfnTable } from 'aws-cdk-lib/aws-cassandra';
import { Construct } from 'constructs';
import { Names } from '../../config';
import type { Deployment, KeyspacesStore, WideTable } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface WideColumnKeyspaceProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name' | 'account' | 'domainName' | 'protection'>;
  /** Store whose keyspace this is. */
  readonly store: KeyspacesStore;
}

/**
 * The keyspace of a `keyspaces` store with its tables, written in all of its Regions at once; the last
 * writer wins by the clients' timestamps. Those are on from the beginning, because Keyspaces takes no
 * second Region without them. Encrypted with keys that AWS owns: tables of several Regions take no other.
 *
 * Billed by request, each write once more for each Region, and by GB.
 *
 * @stateful restorable to any second of the last 35 days
 * @see https://docs.aws.amazon.com/keyspaces/latest/devguide/multiRegion-replication.html
 */
export class WideColumnKeyspace extends Construct {
  public constructor(scope: Construct, id: string, props: WideColumnKeyspaceProps) {
    super(scope, id);
    const { deployment, store } = props;
    const { removalPolicy } = lifecycleOf(deployment.protection);
    const keyspaceName = new Names(deployment).keyspace(store.name);
    const several = store.regions.length > 1;
    const keyspace = new CfnKeyspace(this, 'Resource', {
      keyspaceName,
      clientSideTimestampsEnabled: true,
      replicationSpecification: several
        ? { replicationStrategy: 'MULTI_REGION', regionList: [...store.regions] }
        : { replicationStrategy: 'SINGLE_REGION' },
    });
    keyspace.applyRemovalPolicy(removalPolicy);
    for (const wide of store.tables) {
      const table = new CfnTable(this, wide.name, tableProps(keyspaceName, wide));
      table.applyRemovalPolicy(removalPolicy);
      table.addResourceDependency(keyspace);
    }
  }
}

function tableProps(
  keyspaceName: string,
  { name, columns, partitionKey, clusteringKey, timeToLiveSeconds }: WideTable,
): ConstructorParameters<typeof CfnTable>[2] {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const column = (columnName: string): { columnName: string; columnType: string } => ({
    columnName,
    columnType: types.get(columnName) ?? 'text',
  });
  const keys = new Set([...partitionKey, ...clusteringKey.map((key) => key.name)]);
  return {
    keyspaceName,
    tableName: name,
    billingMode: { mode: 'ON_DEMAND' },
    clientSideTimestampsEnabled: true,
    encryptionSpecification: { encryptionType: 'AWS_OWNED_KMS_KEY' },
    pointInTimeRecoveryEnabled: true,
    partitionKeyColumns: partitionKey.map(column),
    ...(clusteringKey.length > 0 && {
      clusteringKeyColumns: clusteringKey.map((key) => ({
        column: column(key.name),
        orderBy: key.order,
      })),
    }),
    regularColumns: columns.filter((it) => !keys.has(it.name)).map((it) => column(it.name)),
    ...(timeToLiveSeconds !== undefined && { defaultTimeToLive: timeToLiveSeconds }),
  };
}

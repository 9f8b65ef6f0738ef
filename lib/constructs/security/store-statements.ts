import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Names, storesOf } from '../../config';
import type { Store } from '../../config';
import type { Place } from './statements';

/** Reads and writes stores of other engines than `aurora` that stand here, and what stands here alone. */
export function useStores(place: Place, stores: readonly Store[]): PolicyStatement[] {
  const here = stores.filter(({ regions }) => regions.includes(place.region));
  return [
    ...useStoreTables(place, here),
    ...useDsql(place, here),
    ...useKeyspaces(place, here),
    ...useNeptune(place, here),
    ...useLimitless(place, here),
  ];
}

function useStoreTables(
  { deployment, region }: Place,
  stores: readonly Store[],
): PolicyStatement[] {
  const names = new Names(deployment);
  const resources = storesOf({ stores }, 'dynamodb').flatMap(({ name, tables }) =>
    tables.flatMap((table) => {
      const arn = names.storeTableArn(name, table.name, region);
      return [arn, ...table.indexes.map((index) => `${arn}/index/${index.name}`)];
    }),
  );
  if (resources.length === 0) return [];
  const items = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
  const many = ['Query', 'BatchGetItem', 'BatchWriteItem'];
  const actions = [...items, ...many].map((action) => `dynamodb:${action}`);
  return [new PolicyStatement({ actions, resources })];
}

/**
 * Connects to the clusters of `dsql` stores as a role of the database that is linked to the caller's,
 * never as its owner. AWS generates their ids, so they are told by their tag.
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html
 */
function useDsql({ deployment, region }: Place, stores: readonly Store[]): PolicyStatement[] {
  const names = new Names(deployment);
  const dsql = storesOf({ stores }, 'dsql').map(({ name }) => name);
  if (dsql.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['dsql:DbConnect'],
      resources: [`arn:aws:dsql:${region}:${deployment.account}:cluster/*`],
      conditions: {
        StringEquals: { 'aws:ResourceTag/Name': dsql.map((name) => names.storeName(name)) },
      },
    }),
    new PolicyStatement({
      actions: ['ssm:GetParameter'],
      resources: dsql.map((name) => names.storeEndpointArn(name, region)),
    }),
  ];
}

/**
 * Reads and writes rows of the tables of `keyspaces` stores, and reads the system tables by which every
 * driver begins.
 * @see https://docs.aws.amazon.com/keyspaces/latest/devguide/security_iam_id-based-policy-examples.html
 */
function useKeyspaces({ deployment, region }: Place, stores: readonly Store[]): PolicyStatement[] {
  const names = new Names(deployment);
  const tables = storesOf({ stores }, 'keyspaces').flatMap((store) =>
    store.tables.map((table) => names.wideTableArn(store.name, table.name, region)),
  );
  if (tables.length === 0) return [];
  const system = `arn:aws:cassandra:${region}:${deployment.account}:/keyspace/system*`;
  return [
    new PolicyStatement({ actions: ['cassandra:Select'], resources: [...tables, system] }),
    new PolicyStatement({ actions: ['cassandra:Modify'], resources: tables }),
  ];
}

/**
 * Reads, writes and deletes what the clusters of `neptune` stores hold, and looks after queries. AWS
 * generates the id by which IAM knows a cluster: it is read, when the role is deployed, where the
 * store's own stack wrote it.
 * @see https://docs.aws.amazon.com/neptune/latest/userguide/iam-data-access-policies.html
 */
function useNeptune({ deployment, region }: Place, stores: readonly Store[]): PolicyStatement[] {
  const names = new Names(deployment);
  const graphs = storesOf({ stores }, 'neptune').map(({ name }) => name);
  if (graphs.length === 0) return [];
  const data = ['ReadDataViaQuery', 'WriteDataViaQuery', 'DeleteDataViaQuery'];
  const queries = ['GetQueryStatus', 'CancelQuery', 'GetEngineStatus'];
  return [
    new PolicyStatement({
      actions: [...data, ...queries].map((action) => `neptune-db:${action}`),
      resources: graphs.map((name) => {
        const id = `{{resolve:ssm:${names.storeResourceId(name)}}}`;
        return `arn:aws:neptune-db:${region}:${deployment.account}:${id}/*`;
      }),
    }),
    new PolicyStatement({
      actions: ['ssm:GetParameter'],
      resources: graphs.flatMap((name) => [
        names.storeEndpointArn(name, region),
        names.storeReaderEndpointArn(name, region),
      ]),
    }),
  ];
}

/** Role of the database that services connect as, to be created with `rds_iam` and no more than it needs. */
const ROLE = 'service';

/**
 * Connects to the clusters of `aurora-limitless` stores as one role of the database, never as its owner.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 */
function useLimitless({ deployment, region }: Place, stores: readonly Store[]): PolicyStatement[] {
  const names = new Names(deployment);
  const found = storesOf({ stores }, 'aurora-limitless').map(({ name }) => name);
  if (found.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['rds-db:connect'],
      resources: found.map((name) => {
        const id = `{{resolve:ssm:${names.storeResourceId(name)}}}`;
        return `arn:aws:rds-db:${region}:${deployment.account}:dbuser:${id}/${ROLE}`;
      }),
    }),
    new PolicyStatement({
      actions: ['ssm:GetParameter'],
      resources: found.map((name) => names.storeEndpointArn(name, region)),
    }),
  ];
}

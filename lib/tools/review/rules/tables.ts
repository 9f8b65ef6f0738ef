import type { AssemblyResource, Json } from '../../assembly';
import { REGIONS } from '../../../config';
import type { Rule } from '../model';
import { replicaRegions } from '../private/replicas';
import { statementsOf } from '../private/statements';
import { servingRegions } from '../private/routing';
import { workloadsOf } from '../private/workloads';
import { groupBy, within } from '../private/view';
import type { View } from '../private/view';

const DYNAMODB = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';
const STRONG = `${DYNAMODB}/multi-region-strong-consistency-gt.html`;

const globalTables = (view: View): readonly AssemblyResource[] =>
  view.all('AWS::DynamoDB::GlobalTable');
const isStrong = (view: View, table: AssemblyResource): boolean =>
  view.text(table, 'MultiRegionConsistency') === 'STRONG';
const regionOf = (view: View, replica: Json): string | undefined =>
  view.textOf(within(replica, 'Region'));

/** Regions whose workloads name a table in their permissions or variables. */
function usersOf(view: View, table: AssemblyResource): ReadonlySet<string> {
  const name = view.text(table, 'TableName');
  const users = workloadsOf(view).filter((it) => {
    const text = JSON.stringify([view.at(it, 'Environment'), view.at(it, 'ContainerDefinitions')]);
    return (
      (name !== undefined && text.includes(JSON.stringify(name))) || view.out(it).includes(table)
    );
  });
  return new Set(users.map(({ stack }) => stack.region));
}

export const replicas: Rule = {
  id: 'table-replica-missing',
  severity: 'error',
  title: 'A global table has a replica in every Region that uses it, and in no Region twice',
  reason: 'A Region without a replica reads and writes through another one, and stops with it.',
  source: `${DYNAMODB}/V2globaltables_HowItWorks.html`,
  remedy: "Add the Region to the table's Replicas.",
  covers: ['R23', 'R16'],
  *check(view) {
    const serving = view.once(servingRegions);
    for (const table of globalTables(view)) {
      const has = replicaRegions(view, table);
      if (new Set(has).size < has.length)
        yield { at: table, message: 'has two replicas in one Region' };
      if (isStrong(view, table)) continue;
      const users = usersOf(view, table);
      for (const region of users.size > 0 ? users : serving) {
        if (!has.includes(region))
          yield { at: table, message: `has no replica in ${region}, which uses it` };
      }
      if (has.length === 1 && serving.length > 1)
        yield { at: table, message: `exists in ${String(has[0])} only` };
    }
    for (const table of view.all('AWS::DynamoDB::Table')) {
      const users = usersOf(view, table);
      if (serving.length > 1 && [...users].some((region) => region !== table.stack.region)) {
        yield { at: table, message: 'is used in other Regions and can have no replica there' };
      }
    }
  },
};

export const tableProtection: Rule = {
  id: 'table-unprotected',
  severity: 'error',
  title: 'Every replica of a table has point-in-time recovery and deletion protection',
  reason:
    'Both hold for one replica only: a mistake in the Region without them is replicated to all.',
  source: `${DYNAMODB}/globaltables-bestpractices.html`,
  remedy: 'Set PointInTimeRecoverySpecification and DeletionProtectionEnabled on each replica.',
  covers: ['R23', 'D33'],
  *check(view) {
    if (view.intent.production === false) return;
    const parts = [
      ...globalTables(view).flatMap((it) =>
        view.list(it, 'Replicas').map((part) => [it, part] as const),
      ),
      ...view.all('AWS::DynamoDB::Table').map((it) => [it, view.props(it) as Json] as const),
    ];
    for (const [table, part] of parts) {
      const where = regionOf(view, part) ?? table.stack.region;
      if (within(part, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled') !== true) {
        yield { at: table, message: `${where}: no point-in-time recovery` };
      }
      if (within(part, 'DeletionProtectionEnabled') !== true) {
        yield { at: table, message: `${where}: no deletion protection` };
      }
    }
  },
};

export const strongTable: Rule = {
  id: 'strong-table-illegal',
  severity: 'error',
  title:
    'A strongly consistent table stands in exactly three Regions of one set, without TTL and local indexes',
  reason: 'DynamoDB refuses anything else, and consistency cannot be chosen after creation.',
  source: STRONG,
  remedy:
    'List three Regions of one Region set, or two and a witness, and remove TTL and local indexes.',
  covers: ['R23'],
  *check(view) {
    for (const table of globalTables(view).filter((it) => isStrong(view, it))) {
      const regions = replicaRegions(view, table);
      const witnesses = view
        .list(table, 'GlobalTableWitnesses')
        .flatMap((it) => regionOf(view, it) ?? []);
      const all = [...regions, ...witnesses];
      if (all.length !== 3 || witnesses.length > 1) {
        yield {
          at: table,
          message: `has ${regions.length} replicas and ${witnesses.length} witnesses`,
        };
      }
      const sets = new Set(all.map((region) => REGIONS[region]?.regionSet ?? region));
      if (sets.size > 1) yield { at: table, message: `spans Region sets: ${all.join(', ')}` };
      if (view.has(table, 'TimeToLiveSpecification')) yield { at: table, message: 'has a TTL' };
      if (view.has(table, 'LocalSecondaryIndexes'))
        yield { at: table, message: 'has a local secondary index' };
    }
  },
};

/** Services whose resources are asked while requests are served, by their ARN. */
const ASKED =
  /^arn:[\w-]+:(dynamodb|secretsmanager|kms|sqs|ssm):([a-z0-9-]+):\d*:(?:table\/)?([^:/]*)/;

/** What a consumer needs of another Region in order to hand work on to the queue there. */
const SENDING = new Set(['sqs', 'kms']);

/** Functions that a queue feeds: nobody waits for them, and while a Region is down the work does. */
const consumersOf = (view: View): ReadonlySet<string> =>
  new Set(
    view
      .all('AWS::Lambda::EventSourceMapping')
      .flatMap((mapping) => view.out(mapping, 'FunctionName'))
      .map(({ key }) => key),
  );

export const localGrants: Rule = {
  id: 'grant-of-other-region',
  severity: 'error',
  title:
    "What serves may use its own Region's tables, secrets, keys and queues, not those of other Regions",
  reason: 'A server that asks another Region waits for it, and stops with it.',
  source:
    'https://docs.aws.amazon.com/prescriptive-guidance/latest/dynamodb-global-tables/overview.html',
  remedy: "Name the Region's own ARN in the policy.",
  covers: ['R23', 'R14', 'D21'],
  *check(view) {
    const strong = new Set(
      globalTables(view)
        .filter((it) => isStrong(view, it))
        .map((it) => view.text(it, 'TableName')),
    );
    const consumers = consumersOf(view);
    for (const workload of workloadsOf(view)) {
      const roles = ['Role', 'TaskRoleArn', 'ExecutionRoleArn'].flatMap((path) =>
        view.out(workload, path),
      );
      for (const { policy, statement } of roles.flatMap((role) => statementsOf(view, role))) {
        for (const arn of statement.resources.flatMap((it) => view.textOf(it) ?? [])) {
          const [, service, region, name] = ASKED.exec(arn) ?? [];
          if (region === undefined || region === workload.stack.region) continue;
          if (service === 'dynamodb' && strong.has(name)) continue;
          if (SENDING.has(service ?? '') && consumers.has(workload.key)) continue;
          yield { at: policy, message: `lets ${workload.key} use ${arn}` };
        }
      }
    }
  },
};

/** Names of tables whose items end by themselves. */
const EXPIRING = /session|token|idempot|lock|lease|cache|nonce/i;

export const expiry: Rule = {
  id: 'table-never-expires',
  severity: 'warning',
  title: 'A table of sessions, tokens or locks removes items by itself',
  reason:
    'Without a TTL attribute items that have expired stay, are replicated and are paid for ever.',
  source: `${DYNAMODB}/TTL.html`,
  remedy: 'Set TimeToLiveSpecification with the attribute that items carry.',
  covers: ['D27'],
  *check(view) {
    for (const table of view.all('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')) {
      const name = view.text(table, 'TableName') ?? table.logicalId;
      if (!EXPIRING.test(name) || isStrong(view, table)) continue;
      if (view.flag(table, 'TimeToLiveSpecification.Enabled') !== true) {
        yield { at: table, message: `${name}: nothing removes what has expired` };
      } else if ((view.text(table, 'TimeToLiveSpecification.AttributeName') ?? '') === '') {
        yield { at: table, message: `${name}: no attribute says when items expire` };
      }
    }
  },
};

export const keyDuplicates: Rule = {
  id: 'multi-region-key-twice',
  severity: 'error',
  title: 'A multi-Region key has one primary; the other Regions hold replicas of it',
  reason: 'Two primaries of one purpose are two keys: what one encrypts the other cannot decrypt.',
  source: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html',
  remedy: 'Create AWS::KMS::ReplicaKey in the other Regions.',
  covers: ['D11'],
  *check(view) {
    const primaries = view
      .all('AWS::KMS::Key')
      .filter((it) => view.flag(it, 'MultiRegion') === true);
    const purpose = (it: AssemblyResource): string =>
      view.into(it, 'AWS::KMS::Alias').map((alias) => view.text(alias, 'AliasName'))[0] ??
      it.logicalId;
    for (const keys of groupBy(primaries, purpose).values()) {
      const [first, ...more] = keys;
      for (const key of more)
        yield { at: key, message: `is a second primary beside ${String(first?.key)}` };
    }
    for (const replica of view.all('AWS::KMS::ReplicaKey')) {
      const [primary] = view.out(replica, 'PrimaryKeyArn');
      if (primary !== undefined && view.flag(primary, 'MultiRegion') !== true) {
        yield {
          at: primary,
          message: `has the replica ${replica.key} and is not a multi-Region key`,
        };
      }
    }
  },
};

export const TABLE_RULES: readonly Rule[] = [
  replicas,
  tableProtection,
  strongTable,
  localGrants,
  expiry,
  keyDuplicates,
];

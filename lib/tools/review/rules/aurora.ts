import type { AssemblyResource } from '../../assembly';
import type { Rule } from '../model';
import { backupsElsewhere } from './backup';
import { databasesOf, globalDatabasesOf } from '../private/databases';
import type { Member } from '../private/databases';
import { mostFrequent } from './records';
import { within } from '../private/view';
import type { View } from '../private/view';

const AURORA = 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide';
const GLOBAL = `${AURORA}/aurora-global-database-disaster-recovery.html`;

const members = (view: View): readonly Member[] => view.once(databasesOf);

export const secondary: Rule = {
  id: 'global-database-alone',
  severity: 'error',
  title: 'A global database has a member with an instance in a second Region, each Region once',
  reason:
    'Without a secondary there is nothing to promote; one without instances has to create them first.',
  source: GLOBAL,
  remedy: 'Add a secondary cluster with at least one instance in another Region.',
  covers: ['R19'],
  *check(view) {
    for (const { global, members: all } of view.once(globalDatabasesOf)) {
      const regions = all.map(({ cluster }) => cluster.stack.region);
      if (new Set(regions).size < 2) {
        yield { at: global, message: `has members in ${new Set(regions).size} Region(s)` };
      }
      for (const [index, { cluster, instances }] of all.entries()) {
        if (instances.length === 0) {
          // A cheap copy beside one that can be promoted is a choice; the only copy is none.
          const others = all.filter((it) => it.cluster !== cluster && it.instances.length > 0);
          const only = new Set(others.map((it) => it.cluster.stack.region)).size < 2;
          yield {
            at: cluster,
            message: only
              ? 'has no instance, so nothing can be promoted at once'
              : 'has no instance: before it can be promoted, one has to be created, which takes minutes',
            severity: only ? 'error' : 'warning',
          };
        }
        if (regions.indexOf(cluster.stack.region) < index) {
          yield { at: cluster, message: `is the second member in ${cluster.stack.region}` };
        }
      }
    }
    for (const { cluster, globalName } of members(view)) {
      if (globalName === undefined) continue;
      const known = view
        .once(globalDatabasesOf)
        .some(({ members: all }) => all.some((it) => it.cluster === cluster));
      if (!known)
        yield { at: cluster, message: `no template has the global cluster ${globalName}` };
    }
  },
};

/** What must be equal in all members, or a promotion changes how the database behaves. */
const EQUAL: readonly (readonly [string, (view: View, it: Member) => string | undefined])[] = [
  ['engine', (view, { cluster }) => view.text(cluster, 'Engine')],
  ['engine version', (view, { cluster }) => view.text(cluster, 'EngineVersion')],
  ['port', (view, { cluster }) => view.text(cluster, 'Port')],
  ['storage type', (view, { cluster }) => view.text(cluster, 'StorageType') ?? 'aurora'],
  ['IAM authentication', (view, { cluster }) => view.text(cluster, 'EnableIAMDatabaseAuthentication') ?? 'false'],
  ['logs in CloudWatch', (view, { cluster }) => JSON.stringify(view.at(cluster, 'EnableCloudwatchLogsExports') ?? [])],
  ['Database Insights', (view, { cluster }) => view.text(cluster, 'DatabaseInsightsMode') ?? 'standard'],
  ['cluster parameters', (view, { cluster }) => parametersOf(view, view.out(cluster, 'DBClusterParameterGroupName'))],
  ['instance parameters', (view, { instances }) =>
    parametersOf(view, instances.slice(0, 1).flatMap((it) => view.out(it, 'DBParameterGroupName')))],
  ['instance classes', (view, { instances }) => classesOf(view, instances)],
]; // prettier-ignore

function parametersOf(view: View, groups: readonly AssemblyResource[]): string | undefined {
  const [group] = groups;
  if (group === undefined) return undefined;
  const parameters = within(view.props(group), 'Parameters') ?? {};
  return `${String(view.text(group, 'Family'))} ${JSON.stringify(parameters, Object.keys(parameters).sort())}`;
}

function classesOf(view: View, instances: readonly AssemblyResource[]): string {
  const classes = instances.map((it) => view.text(it, 'DBInstanceClass') ?? '?');
  return [...new Set(classes)].sort().join(', ');
}

export const unequal: Rule = {
  id: 'global-database-unequal',
  severity: 'error',
  title: 'Members of a global database are equal in engine, version, parameters and classes',
  reason:
    'Any of them may have to carry the writes of all: a smaller or different one fails when it is promoted.',
  source: GLOBAL,
  remedy: 'Give every member the same engine version, parameter groups and instance classes.',
  covers: ['R19', 'R21', 'R28'],
  *check(view) {
    for (const { members: all } of view.once(globalDatabasesOf)) {
      for (const [trait, of] of EQUAL) {
        const values = all.map((it) => of(view, it));
        // What instances have, storage without instances has not.
        const compared = all.map((it) => it.instances.length > 0 || !trait.startsWith('instance '));
        const usual = mostFrequent(values.filter((_, index) => compared[index]));
        for (const [index, { cluster, instances }] of all.entries()) {
          const value = values[index];
          if (value === usual || !compared[index]) continue;
          const at = trait === 'instance classes' ? (instances[0] ?? cluster) : cluster;
          yield { at, message: `${trait}: ${String(value)}, other members have ${String(usual)}` };
        }
      }
    }
  },
};

export const family: Rule = {
  id: 'parameter-family-wrong',
  severity: 'error',
  title: 'Parameter groups are of the family of the engine version',
  reason:
    'RDS refuses the group, at the latest when the cluster is created again after a disaster.',
  source: `${AURORA}/USER_WorkingWithParamGroups.html`,
  remedy: 'Set Family to the engine with its major version, such as aurora-postgresql17.',
  covers: ['R19'],
  *check(view) {
    for (const { cluster, instances } of members(view)) {
      const engine = view.text(cluster, 'Engine');
      const version = view.text(cluster, 'EngineVersion');
      const [major] = (version ?? '').split('.');
      if (engine !== 'aurora-postgresql' || major === undefined || major === '') continue;
      const groups = [
        ...view.out(cluster, 'DBClusterParameterGroupName'),
        ...instances.flatMap((it) => view.out(it, 'DBParameterGroupName')),
      ];
      for (const group of new Set(groups)) {
        const its = view.text(group, 'Family');
        if (its !== undefined && its !== `${engine}${major}`) {
          yield {
            at: group,
            message: `is of family ${its}, the engine is ${engine} ${String(version)}`,
          };
        }
      }
    }
  },
};

export const credentials: Rule = {
  id: 'secondary-with-credentials',
  severity: 'error',
  title: 'Exactly one member of a global database is created with credentials and a database name',
  reason: 'A secondary takes both from the primary, and AWS refuses its creation with them.',
  source: `${AURORA}/aurora-global-database-getting-started.html`,
  remedy: 'Set MasterUsername, MasterUserPassword and DatabaseName on the birth cluster only.',
  covers: ['R19'],
  *check(view) {
    for (const { all, global } of view
      .once(globalDatabasesOf)
      .map((it) => ({ all: it.members, global: it.global }))) {
      for (const { cluster, born } of all) {
        const has = ['MasterUsername', 'MasterUserPassword', 'DatabaseName'].filter((name) =>
          view.has(cluster, name),
        );
        if (!born && has.length > 0)
          yield { at: cluster, message: `is a secondary and has ${has.join(', ')}` };
        // Neptune has no users of its own.
        const users = cluster.type !== 'AWS::Neptune::DBCluster';
        if (born && users && !view.has(cluster, 'MasterUsername'))
          yield { at: cluster, message: 'is created without a user' };
        if (view.flag(cluster, 'ManageMasterUserPassword') === true) {
          yield {
            at: cluster,
            message: 'has a master password managed by RDS, which global databases refuse',
          };
        }
      }
      const births = all.filter(({ born }) => born).length;
      if (all.length > 1 && births !== 1)
        yield { at: global, message: `${births} members are created as the primary` };
    }
  },
};

export const oneInstance: Rule = {
  id: 'database-one-instance',
  severity: 'warning',
  title: 'A cluster has a second instance, which may be promoted, in every Region',
  reason:
    'With one instance the loss of a zone or a restart takes the database of the Region away for minutes.',
  source: `${AURORA}/Concepts.AuroraHighAvailability.html`,
  remedy: 'Add a reader with PromotionTier 0 or 1 (instancesPerRegion: 2 in the declaration).',
  covers: ['R21', 'D18'],
  *check(view) {
    for (const { cluster, instances } of members(view)) {
      if (instances.length === 1) yield { at: cluster, message: 'has one instance' };
      const tiers = instances.map((it) => view.number(it, 'PromotionTier') ?? 1);
      if (instances.length > 1 && tiers.filter((tier) => tier <= 1).length < 2) {
        yield { at: cluster, message: 'has no reader of promotion tier 0 or 1' };
      }
      const zones = instances.flatMap((it) => view.text(it, 'AvailabilityZone') ?? []);
      if (zones.length > 1 && zones.length === instances.length && new Set(zones).size === 1) {
        yield { at: cluster, message: `has all its instances in ${String(zones[0])}` };
      }
    }
    for (const it of view.all('AWS::RDS::DBInstance')) {
      if (view.has(it, 'DBClusterIdentifier') || view.has(it, 'SourceDBInstanceIdentifier'))
        continue;
      if (view.flag(it, 'MultiAZ') !== true)
        yield { at: it, message: 'stands in one zone: MultiAZ is not set' };
    }
  },
};

export const backups: Rule = {
  id: 'database-backup-weak',
  severity: 'error',
  title: 'Databases keep backups of a week at least, encrypted, with their tags',
  reason: 'Replication copies a mistake within a second; only a backup is from before it.',
  source: `${AURORA}/Aurora.Managing.Backups.html`,
  remedy: 'Set BackupRetentionPeriod 7 or more, StorageEncrypted and CopyTagsToSnapshot.',
  covers: ['R22'],
  *check(view) {
    const alone = view
      .all('AWS::RDS::DBInstance')
      .filter((it) => !view.has(it, 'DBClusterIdentifier'));
    for (const it of [...members(view).map(({ cluster }) => cluster), ...alone]) {
      if (view.has(it, 'SourceDBInstanceIdentifier')) continue;
      const days = view.number(it, 'BackupRetentionPeriod') ?? 1;
      if (days < 7 && !view.unknown(it, 'BackupRetentionPeriod'))
        yield { at: it, message: `keeps backups for ${days} day(s)` };
      if (view.flag(it, 'StorageEncrypted') !== true) yield { at: it, message: 'is not encrypted' };
      if (view.flag(it, 'CopyTagsToSnapshot') !== true) {
        yield { at: it, message: 'takes snapshots without its tags', severity: 'warning' };
      }
    }
  },
};

export const rpoParameter: Rule = {
  id: 'rpo-parameter-stalls',
  severity: 'error',
  title: 'rds.global_db_rpo is not set where there is one secondary only',
  reason:
    'With one secondary the parameter stops every commit when that Region is away: its failure takes both down.',
  source: `${AURORA}/aurora-global-database-disaster-recovery.html`,
  remedy: 'Remove the parameter, and alarm on AuroraGlobalDBRPOLag instead.',
  covers: ['R20'],
  *check(view) {
    for (const { members: all } of view
      .once(globalDatabasesOf)
      .filter((it) => it.members.length <= 2)) {
      for (const { cluster } of all) {
        for (const group of view.out(cluster, 'DBClusterParameterGroupName')) {
          const parameters = view.at(group, 'Parameters');
          if (
            parameters !== undefined &&
            JSON.stringify(parameters).includes('rds.global_db_rpo')
          ) {
            yield { at: group, message: 'sets rds.global_db_rpo with one secondary' };
          }
        }
      }
    }
  },
};

export const AURORA_RULES: readonly Rule[] = [
  secondary,
  unequal,
  family,
  credentials,
  oneInstance,
  backups,
  backupsElsewhere,
  rpoParameter,
];

import type { Cluster } from './clusters';
import { clustersOf } from './clusters';
import type { RegionName } from './declaration';
import type { Deployment } from './deployment';
import { Names } from './names';
import { regionSetOf } from './private/region-sets';
import { storesOf } from './stores';

/** What is backed up: a cluster of Aurora, Neptune or DSQL, a table of DynamoDB, a bucket of S3. */
export type BackupKind = 'cluster' | 'graph' | 'dsql' | 'table' | 'bucket';

/** What is backed up, where, and where to. */
export type BackupTarget = BackupPlace & (Computed | Generated);

/** The same where its ARN is known, or will be at deployment. */
export type BackupSource = BackupPlace & { readonly kind: BackupKind; readonly arn: string };

interface BackupPlace {
  /** Store and shard, store and table, `control` or `uploads`. */
  readonly subject: string;
  /** Region of the backups: the one in which it was born, as roles change and this does not. */
  readonly region: RegionName;
  /** ARNs of the vaults that each backup is copied to. */
  readonly copies: readonly string[];
}

interface Computed {
  readonly kind: Exclude<BackupKind, 'dsql'>;
  readonly arn: string;
}

/** Of which AWS generates the id. */
interface Generated {
  readonly kind: 'dsql';
  /** Store whose cluster in the Region it is. */
  readonly store: string;
}

/** What decides on backups. */
export type BackedUp = Pick<
  Deployment,
  | 'name'
  | 'account'
  | 'domainName'
  | 'regions'
  | 'birthRegion'
  | 'stores'
  | 'shards'
  | 'backup'
  | 'controlRegions'
  | 'uploads'
>;

type Found = Omit<BackupPlace, 'copies'> & Pick<Cluster, 'regions'> & (Computed | Generated);

/** Everything that is backed up; nothing where the deployment declares no backup. */
export function backupTargetsOf(deployment: BackedUp): readonly BackupTarget[] {
  const { backup } = deployment;
  if (backup === undefined) return [];
  const names = new Names(deployment);
  const all = [...clusters(deployment), ...stores(deployment), ...once(deployment)];
  return all.map(({ regions, ...target }) => {
    return {
      ...target,
      copies: [
        ...copyRegionsOf({ ...target, regions }, backup.copyRegion).map((region) =>
          names.backupVaultArn(region),
        ),
        ...(backup.accountVault === undefined ? [] : [vaultIn(backup.accountVault, target.region)]),
      ],
    };
  });
}

function clusters(deployment: BackedUp): readonly Found[] {
  const names = new Names(deployment);
  return clustersOf(deployment).map(({ store, shard, birthRegion: region, regions }): Found => ({
    ...{ subject: `${store.name}-${shard}`, kind: 'cluster', region, regions },
    arn: names.clusterArn(store.name, shard, region),
  }));
}

/**
 * Stores of other engines, in the first of their Regions. AWS Backup takes neither Keyspaces nor Aurora
 * Limitless.
 */
function stores(deployment: BackedUp): readonly Found[] {
  const names = new Names(deployment);
  return [
    ...storesOf(deployment, 'dynamodb').flatMap(({ name, tables, regions }) =>
      tables.map((table): Found => {
        const [region = deployment.birthRegion] = regions;
        const arn = names.storeTableArn(name, table.name, region);
        return { subject: `${name}-${table.name}`, kind: 'table', arn, region, regions };
      }),
    ),
    ...storesOf(deployment, 'dsql').map(({ name, regions }): Found => {
      const [region = deployment.birthRegion] = regions;
      return { subject: `${name}-dsql`, kind: 'dsql', store: name, region, regions };
    }),
    ...storesOf(deployment, 'neptune').map(({ name, regions }): Found => {
      const [region = deployment.birthRegion] = regions;
      const arn = names.storeClusterArn(name, region);
      return { subject: `${name}-graph`, kind: 'graph', arn, region, regions };
    }),
  ];
}

/**
 * What there is once. Of the buckets of uploads each holds what all others hold. The control table is
 * backed up where a Region of it serves: in any other nobody would be called, and there it can be
 * restored to any second of 35 days by itself.
 */
function once(deployment: BackedUp): readonly Found[] {
  const { birthRegion, controlRegions, uploads } = deployment;
  const names = new Names(deployment);
  const regions = deployment.regions.map(({ name }) => name);
  const control = regions.find((name) => controlRegions.includes(name));
  const found: Found[] = [];
  if (control !== undefined) {
    const arn = names.tableArn('topology', control);
    found.push({ subject: 'control', kind: 'table', arn, region: control, regions });
  }
  if (uploads !== undefined) {
    const arn = names.bucketArn('uploads', birthRegion);
    found.push({ subject: 'uploads', kind: 'bucket', arn, region: birthRegion, regions });
  }
  return found;
}

/** Whether AWS Backup restores it for a test: no plan of its takes DSQL. */
export function isRestoreTested({ kind }: { readonly kind: BackupKind }): boolean {
  return kind !== 'dsql';
}

/**
 * A DSQL cluster of two Regions is restored from equal backups in both, so one copy goes to its peer
 * whatever is declared; Regions of another set may have no DSQL.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-auroradsql.html
 */
function copyRegionsOf(
  { kind, region, regions }: Found,
  declared: RegionName | undefined,
): readonly RegionName[] {
  const of = { birthRegion: region, regions };
  const chosen = copyRegionOf(of, declared);
  if (kind !== 'dsql') return chosen === undefined ? [] : [chosen];
  const near = [copyRegionOf(of, undefined), chosen].filter(
    (it) => it !== undefined && regionSetOf(it) === regionSetOf(region),
  );
  return [...new Set(near)] as readonly RegionName[];
}

/** Region that backups are copied to; `undefined` for none. */
export function copyRegionOf(
  { birthRegion, regions }: Pick<Cluster, 'birthRegion' | 'regions'>,
  declared: RegionName | undefined,
): RegionName | undefined {
  if (declared !== undefined && declared !== birthRegion) return declared;
  return regions.find((region) => region !== birthRegion);
}

/** A vault's ARN in one Region. */
export function vaultIn(pattern: string, region: RegionName): string {
  return pattern.replaceAll('{region}', region);
}

/** Account of a vault's ARN. */
export function vaultAccount(arn: string): string {
  return arn.split(':')[4] ?? '';
}

import type { Cluster } from './clusters';
import { clustersOf } from './clusters';
import type { RegionName } from './declaration';
import type { Deployment } from './deployment';
import { Names } from './names';
import { storesOf } from './stores';

/** What is backed up: a cluster of Aurora or of Neptune, a table of DynamoDB, a bucket of S3. */
export type BackupKind = 'cluster' | 'graph' | 'table' | 'bucket';

/** What is backed up, where, and where to. */
export interface BackupTarget {
  /** Store and shard, store and table, `control` or `uploads`. */
  readonly subject: string;
  readonly kind: BackupKind;
  readonly arn: string;
  /** Region of the backups: the one in which it was born, as roles change and this does not. */
  readonly region: RegionName;
  /** ARNs of the vaults that each backup is copied to. */
  readonly copies: readonly string[];
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

type Found = Omit<BackupTarget, 'copies'> & Pick<Cluster, 'regions'>;

/** Everything that is backed up; nothing where the deployment declares no backup. */
export function backupTargetsOf(deployment: BackedUp): readonly BackupTarget[] {
  const { backup } = deployment;
  if (backup === undefined) return [];
  const names = new Names(deployment);
  const all = [...clusters(deployment), ...stores(deployment), ...once(deployment)];
  return all.map(({ regions, ...target }) => {
    const copyRegion = copyRegionOf({ birthRegion: target.region, regions }, backup.copyRegion);
    return {
      ...target,
      copies: [
        ...(copyRegion === undefined ? [] : [names.backupVaultArn(copyRegion)]),
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
 * Limitless, and names a DSQL cluster by an id that is not known before it stands.
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

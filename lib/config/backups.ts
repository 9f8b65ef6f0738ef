import { clustersOf } from './clusters';
import type { Cluster } from './clusters';
import type { RegionName } from './declaration';
import type { Deployment } from './deployment';
import { Names } from './names';

/** What is backed up, where, and where to. */
export interface BackupTarget {
  /** Store and shard. */
  readonly subject: string;
  readonly cluster: string;
  readonly clusterArn: string;
  /** Region of the backups: the one in which the cluster was born, as roles change and this does not. */
  readonly region: RegionName;
  /** ARNs of the vaults that each backup is copied to. */
  readonly copies: readonly string[];
}

/** Every cluster that is backed up; none where the deployment declares no backup. */
export function backupTargetsOf(deployment: Deployment): readonly BackupTarget[] {
  const { backup } = deployment;
  if (backup === undefined) return [];
  const names = new Names(deployment);
  return clustersOf(deployment).map((cluster) => {
    const { store, shard, birthRegion: region } = cluster;
    const copyRegion = copyRegionOf(cluster, backup.copyRegion);
    return {
      subject: `${store.name}-${shard}`,
      cluster: names.cluster(store.name, shard, region),
      clusterArn: names.clusterArn(store.name, shard, region),
      region,
      copies: [
        ...(copyRegion === undefined ? [] : [names.backupVaultArn(copyRegion)]),
        ...(backup.accountVault === undefined ? [] : [vaultIn(backup.accountVault, region)]),
      ],
    };
  });
}

/** Region that a cluster's backups are copied to; `undefined` for none. */
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

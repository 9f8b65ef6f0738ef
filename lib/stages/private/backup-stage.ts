import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { backupTargetsOf } from '../../config';
import type { BackupSource, BackupTarget, Deployment } from '../../config';
import { Backups, Vault } from '../../stacks';
import type { Artifacts } from '../../stacks';
import { after, byRegion, of } from './arrange';
import type { DataNeeds, DataStacks } from './data-stage';
import type { StoreStacks } from './store-stage';

export interface BackupNeeds extends Pick<DataNeeds, 'networks'> {
  readonly data: DataStacks;
  readonly stores: StoreStacks;
  /** Of what else is backed up: buckets and the control table. */
  readonly others: readonly Stack[];
  /** What is built before constructs run. */
  readonly artifacts: Artifacts;
}

/**
 * A vault in each Region, and in each Region where something is backed up what fills it: only when
 * there is something to back up, and vaults to copy to.
 */
export function declareBackups(
  scope: Construct,
  deployment: Deployment,
  { networks, data, stores, others, artifacts }: BackupNeeds,
): readonly Stack[] {
  const { backup } = deployment;
  const all = backupTargetsOf(deployment);
  if (backup === undefined || all.length === 0) return [];
  const vaults = byRegion(
    deployment,
    (region) => new Vault(scope, `Vault-${region.name}`, { deployment, region, backup }),
  );
  const backups = deployment.regions.flatMap((region) => {
    const targets = all
      .filter((target) => target.region === region.name)
      .map((target) => sourceOf(target, stores));
    if (targets.length === 0) return [];
    const { vpc } = of(networks, region.name).outputs;
    const props = { deployment, region, backup, targets, vpc, artifacts };
    return [new Backups(scope, `Backups-${region.name}`, props)];
  });
  const before = [...vaults.values(), ...data.stacks, ...stores.stacks, ...others];
  for (const stack of backups) after(stack, before);
  return [...vaults.values(), ...backups];
}

function sourceOf(target: BackupTarget, stores: StoreStacks): BackupSource {
  if (target.kind !== 'dsql') return target;
  return { ...target, arn: stores.dsqlArn(target.store, target.region) };
}

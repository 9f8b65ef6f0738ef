import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList } from '../../assembly';
import type { Breach, Rule } from '../model';
import { databasesOf } from '../private/databases';
import { numberOf, within } from '../private/view';
import type { View } from '../private/view';

/** What `database-backup-weak` asks of databases holds for the copies that a plan keeps as well. */
const LEAST_DAYS = 7;

export const backupsElsewhere: Rule = {
  id: 'backup-copy-missing',
  severity: 'warning',
  title: 'Backups are copied to another Region and account, locked there and restored for a test',
  reason:
    'Whoever takes over the account deletes the backups first; a backup never restored is a hope.',
  source: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html',
  remedy:
    'Add a backup plan with copy actions, a locked vault and a restore testing plan; restore by hand ' +
    'what AWS Backup does not test.',
  covers: ['R22'],
  *check(view) {
    yield* checkDsql(view);
    const [first] = view.once(databasesOf);
    if (first === undefined) return;
    const plans = view.all('AWS::Backup::BackupPlan');
    const [plan] = plans;
    if (plan === undefined) {
      yield {
        at: first.cluster,
        message: 'no backup plan of the assembly copies backups to another Region or account',
      };
      return;
    }
    for (const it of plans) yield* checkPlan(view, it);
    for (const vault of view.all('AWS::Backup::BackupVault')) {
      if (!view.has(vault, 'LockConfiguration')) yield { at: vault, message: 'is not locked' };
    }
    if (view.all('AWS::Backup::RestoreTestingPlan').length === 0) {
      yield { at: plan, message: 'nothing restores its backups for a test' };
    }
  },
};

/** Of two peers one is enough: both hold the same. What a selection chooses by tags is not known. */
function* checkDsql(view: View): Iterable<Breach> {
  const selections = view.all('AWS::Backup::BackupSelection');
  const byTags = ['ListOfTags', 'Conditions'].map((name) => `BackupSelection.${name}`);
  if (selections.some((it) => byTags.some((path) => view.has(it, path)))) return;
  const clusters = view.all('AWS::DSQL::Cluster');
  const selected = clusters.filter(
    (it) => view.into(it, 'AWS::Backup::BackupSelection').length > 0,
  );
  for (const at of clusters) {
    if (selected.some((it) => it === at || arePeers(view, it, at))) continue;
    yield {
      at,
      message: 'is selected by no backup plan of the assembly, and keeps no backups itself',
    };
  }
  for (const at of selected) {
    const message = 'AWS Backup restores no DSQL for a test: a person has to try whether it can be';
    yield { at, severity: 'info', message };
  }
}

function arePeers(view: View, one: AssemblyResource, other: AssemblyResource): boolean {
  const witness = view.text(one, 'MultiRegionProperties.WitnessRegion');
  if (witness !== view.text(other, 'MultiRegionProperties.WitnessRegion')) return false;
  const [tags, others] = [view.list(one, 'Tags'), view.list(other, 'Tags')];
  return witness !== undefined && JSON.stringify(tags) === JSON.stringify(others);
}

function* checkPlan(view: View, plan: AssemblyResource): Iterable<Breach> {
  const rules = view.list(plan, 'BackupPlan.BackupPlanRule');
  const copies = rules.flatMap((rule) => list(within(rule, 'CopyActions')));
  if (copies.length === 0) yield { at: plan, message: 'copies nothing to another Region' };
  for (const copy of copies) {
    const target = view.textOf(within(copy, 'DestinationBackupVaultArn'));
    const [, , , region, account] = target?.split(':') ?? [];
    // Another account in the same Region is a copy against whoever takes over this one.
    if (region !== plan.stack.region || account !== plan.stack.account) continue;
    yield { at: plan, message: `copies to ${region}, the Region that its backups are in` };
  }
  for (const rule of rules) {
    yield* checkRetention(view, plan, rule, view.refs(within(rule, 'TargetBackupVault')));
  }
  for (const copy of copies) {
    const vaults = view.refs(within(copy, 'DestinationBackupVaultArn'));
    yield* checkRetention(view, plan, copy, vaults);
  }
}

/**
 * AWS refuses each backup that is kept for less than its vault's lock wants, or for longer, when it is
 * taken and not when the plan is made: nothing is backed up from then on.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 */
function* checkRetention(
  view: View,
  plan: AssemblyResource,
  kept: Json,
  vaults: readonly AssemblyResource[],
): Iterable<Breach> {
  const days = numberOf(within(kept, 'Lifecycle.DeleteAfterDays'));
  if (days !== undefined && days < LEAST_DAYS) {
    yield { at: plan, message: `keeps backups for ${days} day(s)` };
  }
  for (const vault of vaults) {
    const least = view.number(vault, 'LockConfiguration.MinRetentionDays') ?? 0;
    const most = view.number(vault, 'LockConfiguration.MaxRetentionDays') ?? Infinity;
    const time = days ?? Infinity;
    if (time >= least && time <= most) continue;
    const found = days === undefined ? 'for ever' : `for ${days} day(s)`;
    const range = `${least} to ${most === Infinity ? 'any number of' : most} days`;
    yield {
      at: plan,
      severity: 'error',
      message: `keeps backups ${found}, which the lock of ${vault.key} refuses: ${range}`,
    };
  }
}

function list(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : [];
}

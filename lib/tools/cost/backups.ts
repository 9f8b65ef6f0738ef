import type { BackupKind } from '../../config';
import type { Assembly, AssemblyResource } from '../assembly';
import type { BackupAssumptions } from './assumptions';
import { ASSUMED } from './assumptions';
import { findPrice } from './private/prices';
import type { Properties } from './private/charges';
import { propertiesOf } from './private/properties';
import { round } from './private/round';

/** What is kept of one thing in one vault. Schema: docs/schemas/cost.schema.json. */
export interface BackupLine {
  /** Plan that keeps it, `STACK_ID/LOGICAL_ID`. */
  readonly plan: string;
  readonly kind: BackupKind;
  /** What is backed up. */
  readonly resource: string;
  /** Whether it lies where it was taken, or was copied. */
  readonly kept: 'backup' | 'copy';
  readonly region: string;
  readonly account: string;
  /** GB on the average, once the oldest is as old as it gets. */
  readonly gb: number;
  /** US dollars for a GB and month. */
  readonly unitPrice: number;
  /** US dollars a month. */
  readonly perMonth: number;
  /** Where the unit price was read. */
  readonly source: string;
}

export interface BackupCost {
  readonly assumed: BackupAssumptions;
  /** US dollars; not in the report's total, as it rests on what is assumed. */
  readonly perMonth: number;
  readonly lines: readonly BackupLine[];
  /** Keys of plans that do not say what is kept for how long. */
  readonly unknown: readonly string[];
}

/** AWS Backup takes a bucket's changes alone; of all others each backup is a whole one. */
const PRICES: Readonly<
  Record<BackupKind, { readonly price: string; readonly changesOnly: boolean }>
> = {
  cluster: { price: 'backup.auroraSnapshotGbMonth', changesOnly: false },
  graph: { price: 'backup.neptuneSnapshotGbMonth', changesOnly: false },
  table: { price: 'ddb.backupGbMonth', changesOnly: false },
  bucket: { price: 'backup.s3GbMonth', changesOnly: true },
};

/**
 * What the storage of backups costs a month by what each plan keeps, and copies, for how long. At the
 * most: snapshots that lie within a cluster's own retention are not billed twice. Traffic of copies and
 * what tests of restoring read is not in it.
 *
 * @see https://aws.amazon.com/backup/pricing/
 */
export function backupCost(assembly: Assembly, assumed: BackupAssumptions = ASSUMED): BackupCost {
  const graphs = graphsOf(assembly);
  const plans = assembly
    .resources()
    .filter(({ type, included }) => type === 'AWS::Backup::BackupPlan' && included !== false);
  const unknown: string[] = [];
  const lines = plans.flatMap((plan): readonly BackupLine[] => {
    const found = linesOf(plan, assembly, { assumed, graphs });
    if (found === undefined) unknown.push(plan.key);
    return found ?? [];
  });
  const perMonth = round(lines.reduce((sum, line) => sum + line.perMonth, 0));
  return { assumed, perMonth, lines, unknown };
}

interface Known {
  readonly assumed: BackupAssumptions;
  /** Identifiers of Neptune's clusters. */
  readonly graphs: ReadonlySet<string>;
}

function linesOf(
  plan: AssemblyResource,
  assembly: Assembly,
  known: Known,
): readonly BackupLine[] | undefined {
  const rules = rulesOf(propertiesOf(plan, assembly));
  const resources = selectedBy(plan, assembly);
  if (resources.length === 0 || rules === undefined) return undefined;
  const lines: BackupLine[] = [];
  for (const resource of resources) {
    const kind = kindOf(resource, known.graphs);
    if (kind === undefined) return undefined;
    const price = findPrice(PRICES[kind].price);
    if (price === undefined) return undefined;
    for (const rule of rules)
      for (const { days, vault } of rule.kept) {
        const gb = storedGb(kind, { ...rule, days }, known.assumed);
        lines.push({
          ...{ plan: plan.key, kind, resource, kept: vault === undefined ? 'backup' : 'copy' },
          region: vault?.region ?? plan.stack.region,
          account: vault?.account ?? plan.stack.account,
          gb: round(gb),
          ...{ unitPrice: price.usd, perMonth: round(gb * price.usd), source: price.source },
        });
      }
  }
  return lines;
}

function storedGb(
  kind: BackupKind,
  { continuous, everyHours, days }: Omit<RuleOf, 'kept'> & { readonly days: number },
  assumed: BackupAssumptions,
): number {
  const changed = (assumed[kind] * assumed.change * days) / 100;
  // What is continuous keeps the changes to what a snapshot holds already.
  if (continuous) return changed;
  if (PRICES[kind].changesOnly) return assumed[kind] + changed;
  return (assumed[kind] * days * 24) / everyHours;
}

interface RuleOf {
  readonly continuous: boolean;
  readonly everyHours: number;
  readonly kept: readonly {
    readonly days: number;
    /** `undefined` for the plan's own. */
    readonly vault?: { readonly region: string; readonly account: string };
  }[];
}

/** `undefined` where one does not say for how long, or when. */
function rulesOf(properties: Properties): readonly RuleOf[] | undefined {
  const value: Properties['value'] = (...path) => properties.value(...path);
  const rules: RuleOf[] = [];
  for (let at = 0; ; at += 1) {
    const path = ['BackupPlan', 'BackupPlanRule', at] as const;
    if (value(...path, 'RuleName') === undefined) return rules.length > 0 ? rules : undefined;
    const everyHours = hoursOf(value(...path, 'ScheduleExpression'));
    const days = Number(value(...path, 'Lifecycle', 'DeleteAfterDays'));
    if (everyHours === undefined || !(days > 0)) return undefined;
    const kept: RuleOf['kept'][number][] = [{ days }];
    for (let copy = 0; ; copy += 1) {
      const action = [...path, 'CopyActions', copy] as const;
      const arn = value(...action, 'DestinationBackupVaultArn');
      if (typeof arn !== 'string') break;
      const [, , , region = '', account = ''] = arn.split(':');
      const own = Number(value(...action, 'Lifecycle', 'DeleteAfterDays'));
      if (!(own > 0)) return undefined;
      kept.push({ days: own, vault: { region, account } });
    }
    const continuous = value(...path, 'EnableContinuousBackup') === true;
    rules.push({ continuous, everyHours, kept });
  }
}

/** Hours from one backup to the next, of the schedules that are written by the hour or the day. */
function hoursOf(schedule: unknown): number | undefined {
  const text = typeof schedule === 'string' ? schedule : '';
  const [, hours] = /^cron\(\d+ \d+\/(\d+) \* \* \? \*\)$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours);
  return /^cron\(\d+ \d+ \* \* \? \*\)$/.test(text) ? 24 : undefined;
}

/** ARNs of the plan's selections. */
function selectedBy({ stack, logicalId }: AssemblyResource, assembly: Assembly): readonly string[] {
  return [...stack.resources.values()]
    .filter(({ type }) => type === 'AWS::Backup::BackupSelection')
    .filter(({ properties }) =>
      JSON.stringify(properties['BackupPlanId']).includes(`"${logicalId}"`),
    )
    .flatMap((selection) => {
      const found = propertiesOf(selection, assembly).value('BackupSelection', 'Resources');
      return Array.isArray(found) ? found.map(String) : [];
    });
}

/** The ARN of a graph is one of RDS: what tells it is the cluster itself. */
function kindOf(arn: string, graphs: ReadonlySet<string>): BackupKind | undefined {
  if (arn.startsWith('arn:aws:dynamodb:')) return 'table';
  if (arn.startsWith('arn:aws:s3:::')) return 'bucket';
  if (!arn.startsWith('arn:aws:rds:')) return undefined;
  return graphs.has(arn.split(':').at(-1) ?? '') ? 'graph' : 'cluster';
}

function graphsOf(assembly: Assembly): ReadonlySet<string> {
  const clusters = assembly.resources().filter(({ type }) => type === 'AWS::Neptune::DBCluster');
  return new Set(
    clusters.map((it) => String(propertiesOf(it, assembly).value('DBClusterIdentifier'))),
  );
}

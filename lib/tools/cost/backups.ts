import type { BackupKind } from '../../config';
import type { Assembly, AssemblyResource, ResourceAttribute } from '../assembly';
import { isJsonObject, property } from '../assembly';
import type { BackupAssumptions } from './assumptions';
import { ASSUMED } from './assumptions';
import { findPrice } from './private/prices';
import type { Properties } from './private/charges';
import { propertiesOf } from './private/properties';
import { round } from './private/round';

/** What is kept of one thing in one vault. Schema: docs/schemas/cost.schema.json. */
export interface BackupLine extends BackupKept {
  /** US dollars for a GB and month. */
  readonly unitPrice: number;
  /** US dollars a month. */
  readonly perMonth: number;
  /** Where the unit price was read. */
  readonly source: string;
}

export interface BackupKept {
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
}

export interface BackupCost {
  readonly assumed: BackupAssumptions;
  /** US dollars; not in the report's total, as it rests on what is assumed. */
  readonly perMonth: number;
  readonly lines: readonly BackupLine[];
  /** What is kept and has a price that is not known; not in `perMonth`. */
  readonly unpriced: readonly BackupKept[];
  /** Keys of plans that do not say what is kept for how long. */
  readonly unknown: readonly string[];
}

/**
 * AWS Backup takes a bucket's changes alone; of all others each backup is a whole one. No source was
 * found for what it takes for DSQL.
 */
const PRICES: Readonly<
  Record<BackupKind, { readonly price: string | undefined; readonly changesOnly: boolean }>
> = {
  cluster: { price: 'backup.auroraSnapshotGbMonth', changesOnly: false },
  graph: { price: 'backup.neptuneSnapshotGbMonth', changesOnly: false },
  dsql: { price: undefined, changesOnly: false },
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
  const kept = plans.flatMap((plan): readonly BackupKept[] => {
    const found = keptBy(plan, assembly, { assumed, graphs });
    if (found === undefined) unknown.push(plan.key);
    return found ?? [];
  });
  const lines: BackupLine[] = [];
  const unpriced: BackupKept[] = [];
  for (const it of kept) {
    const { price: name } = PRICES[it.kind];
    const price = name === undefined ? undefined : findPrice(name);
    if (price === undefined) unpriced.push(it);
    else {
      const { usd: unitPrice, source } = price;
      lines.push({ ...it, unitPrice, perMonth: round(it.gb * unitPrice), source });
    }
  }
  const perMonth = round(lines.reduce((sum, line) => sum + line.perMonth, 0));
  return { assumed, perMonth, lines, unpriced, unknown };
}

interface Known {
  readonly assumed: BackupAssumptions;
  /** Identifiers of Neptune's clusters. */
  readonly graphs: ReadonlySet<string>;
}

function keptBy(
  plan: AssemblyResource,
  assembly: Assembly,
  known: Known,
): readonly BackupKept[] | undefined {
  const rules = rulesOf(propertiesOf(plan, assembly));
  const resources = selectedBy(plan, assembly);
  if (resources.length === 0 || rules === undefined) return undefined;
  const all: BackupKept[] = [];
  for (const resource of resources) {
    const kind = kindOf(resource, known.graphs);
    if (kind === undefined) return undefined;
    for (const rule of rules)
      for (const { days, vault } of rule.kept) {
        const gb = storedGb(kind, { ...rule, days }, known.assumed);
        all.push({
          ...{ plan: plan.key, kind, resource, kept: vault === undefined ? 'backup' : 'copy' },
          region: vault?.region ?? plan.stack.region,
          account: vault?.account ?? plan.stack.account,
          gb: round(gb),
        });
      }
  }
  return all;
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

/** ARNs of the plan's selections; an id of DSQL, which AWS generates, is its resource's key. */
function selectedBy({ stack, logicalId }: AssemblyResource, assembly: Assembly): readonly string[] {
  return [...stack.resources.values()]
    .filter(({ type }) => type === 'AWS::Backup::BackupSelection')
    .filter(({ properties }) =>
      JSON.stringify(properties['BackupPlanId']).includes(`"${logicalId}"`),
    )
    .flatMap((selection) => {
      const selected = selection.properties['BackupSelection'];
      const resources = isJsonObject(selected) ? property(selected, 'Resources') : undefined;
      const found = assembly.resolve(resources, selection, (it) => generated(it, assembly));
      return found.kind !== 'unknown' && Array.isArray(found.value) ? found.value.map(String) : [];
    });
}

function generated(
  { resource, attribute }: ResourceAttribute,
  assembly: Assembly,
): string | undefined {
  const found = assembly.resource(resource);
  if (found?.type !== 'AWS::DSQL::Cluster') return undefined;
  const { region, account } = found.stack;
  return attribute === 'ResourceArn'
    ? `arn:aws:dsql:${region}:${account}:cluster/${found.key}`
    : found.key;
}

/** The ARN of a graph is one of RDS: what tells it is the cluster itself. */
function kindOf(arn: string, graphs: ReadonlySet<string>): BackupKind | undefined {
  if (arn.startsWith('arn:aws:dynamodb:')) return 'table';
  if (arn.startsWith('arn:aws:s3:::')) return 'bucket';
  if (arn.startsWith('arn:aws:dsql:')) return 'dsql';
  if (!arn.startsWith('arn:aws:rds:')) return undefined;
  return graphs.has(arn.split(':').at(-1) ?? '') ? 'graph' : 'cluster';
}

function graphsOf(assembly: Assembly): ReadonlySet<string> {
  const clusters = assembly.resources().filter(({ type }) => type === 'AWS::Neptune::DBCluster');
  return new Set(
    clusters.map((it) => String(propertiesOf(it, assembly).value('DBClusterIdentifier'))),
  );
}

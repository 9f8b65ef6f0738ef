import { loadAssembly } from '../../lib/tools/assembly';
import type { Deployment } from '../../lib/config';
import type { LossReport } from '../../lib/tools/review';
import { intentOf, lose, parseLoss, View } from '../../lib/tools/review';
import type { DrillResult } from '../../lib/tools/twin/drill';

/** Of durations: ± 30 % of what the review says. */
const BAND = 0.3;
/** Reads are out where two in a row fail, a second apart; one may hit a line just as it breaks. */
const NOTICED_MS = 1_500;

/** What the review is asked of the Region that a drill hits. A drill without a question is a fault. */
export const QUESTIONS: Readonly<Record<string, (region: string) => string>> = {
  'region-killed': (region) => `region:${region}`,
  'region-frozen': (region) => `region:${region}`,
  'regions-partitioned': (region) => `partition:${region}`,
  'writer-lost': (region) => `service:rds@${region}`,
};

export type Question = (what: string) => LossReport;

export interface Review {
  readonly ask: Question;
  /** Type of the resource that a key of a report names. */
  readonly typeOf: (key: string) => string | undefined;
}

/** The review of an assembly, which knows nothing of any drill. */
export function reviewOf(directory: string, deployment: Deployment): Review {
  const view = new View(loadAssembly(directory), intentOf(deployment));
  return {
    ask: (what) => lose(view, parseLoss(what, view), what),
    typeOf: (key) => view.assembly.resource(key)?.type,
  };
}

/** Where what a drill saw differs from what the review says of the same loss; empty: they agree. */
export function disagreements(drill: DrillResult, review: Review): readonly string[] {
  const question = QUESTIONS[drill.name]?.(drill.regions.hit);
  if (question === undefined) return [`no question is asked of ${drill.name}`];
  const report = review.ask(question);
  return [
    ...Object.keys(drill.errors).flatMap((region) => affected(drill, review.ask, report, region)),
    ...atRisk(drill, review, report),
    ...recovery(drill, report),
  ].map((difference) => `${drill.name}, ${question}: ${difference}`);
}

type Operation = 'reads' | 'writes';

/** Seconds that users near a Region are without an operation; undefined where they are not. */
function outage(
  ask: Question,
  report: LossReport,
  region: string,
  operation: Operation,
): number | undefined {
  const near = ask(`region:${region}`).effects[0]?.users ?? [];
  const seconds = report.effects
    .filter(({ operations }) => operations.includes(operation))
    .filter(({ users }) => users.some((code) => near.includes(code)))
    .map((effect) => effect.seconds ?? Infinity);
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}

function affected(
  { errors, reads }: DrillResult,
  ask: Question,
  report: LossReport,
  region: string,
): readonly string[] {
  const { failed: writes = {} } = errors[region] ?? {};
  const { failed = {}, outMs = 0, outAsConfiguredMs = 0 } = reads[region] ?? {};
  const differ = (operation: Operation, seen: boolean, how: object) => {
    const stops = outage(ask, report, region, operation) !== undefined;
    if (stops === seen) return [];
    const went = stops ? 'said to stop, and went on' : `failed: ${JSON.stringify(how)}`;
    return [`${operation} near ${region}: ${went}`];
  };
  const said = outage(ask, report, region, 'reads');
  const out = outMs > NOTICED_MS;
  return [
    ...differ('writes', Object.keys(writes).length > 0, writes),
    ...differ('reads', out, failed),
    ...(said === undefined || !out
      ? []
      : durations(`reads near ${region}`, said, outAsConfiguredMs / 1_000)),
  ];
}

function durations(what: string, said: number, seen: number): readonly string[] {
  if (Math.abs(seen - said) <= BAND * said) return [];
  return [`${what}: said to be out for ${said} s, seen ${seen.toFixed(0)} s as configured`];
}

/** Until users of every Region write again, the declared decision of a person counted in both. */
function recovery({ rtoAsConfigured }: DrillResult, { effects }: LossReport): readonly string[] {
  const said = effects
    .filter(({ operations }) => operations.includes('writes'))
    .map(({ seconds }) => seconds ?? Infinity);
  return durations('writes', Math.max(0, ...said), rtoAsConfigured.total / 1_000);
}

/** Databases; the drill counts no rows of tables. */
function atRisk(
  { rpo }: DrillResult,
  { typeOf }: Review,
  { dataAtRisk }: LossReport,
): readonly string[] {
  const databases = dataAtRisk.filter(({ resource }) => typeOf(resource) === 'AWS::RDS::DBCluster');
  if (databases.length > 0 !== rpo.predicted > 0)
    return [`${databases.length} databases said to be at risk, ${rpo.predicted} writes were`];
  const bound = Math.max(0, ...databases.map(({ seconds }) => seconds ?? Infinity));
  const oldest = (rpo.oldestLostMs ?? 0) / 1_000;
  return oldest <= bound ? [] : [`a write of ${oldest} s before is lost, at most ${bound} s said`];
}

import { loadAssembly } from '../../lib/tools/assembly';
import type { Deployment } from '../../lib/config';
import type { Finding, LossReport } from '../../lib/tools/review';
import {
  intentOf,
  lose,
  parseLoss,
  review as reviewAll,
  RULES,
  View,
} from '../../lib/tools/review';
import type { DrillResult, Measures } from '../../lib/tools/twin/drill';

/** Of durations: ± 30 % of what the review says. */
const BAND = 0.3;
/**
 * Reads are out where two in a row fail, a second apart; one may hit a line just as it breaks. The time
 * counts from the fault: a first read that fails up to a second after it, and a second that does not.
 */
const NOTICED_MS = 2_100;

/** Why a drill has nothing that the review could be asked about: no resource is lost in it. */
interface NoQuestion {
  readonly none: string;
}

/** A loss that the review says slows down and stops nothing. */
interface SlowsDown {
  readonly slower: (region: string) => string;
}

/** A loss of which the review says that a Region bears it by itself: nothing is lost, nobody has to do anything. */
interface Borne {
  readonly borne: (region: string) => string;
}

/** Nothing is lost; a rule of the review warns of what the drill would see if its finding were true. */
interface Warned {
  readonly rule: string;
  /** Of the findings of that rule, those with these words. */
  readonly words: RegExp;
  readonly what: string;
  /** Whether the drill saw it; undefined where it did not look. */
  readonly seen: (measured: Measures) => boolean | undefined;
}

/** Once each, true where it is 0. */
const isNone = (measure: number | undefined) => (measure === undefined ? undefined : measure === 0);

const cacheOf = (region: string) => `service:elasticache@${region}`;

/** What the review is asked of the Region that a drill hits. A drill without an entry is a fault. */
export const QUESTIONS: Readonly<
  Record<string, ((region: string) => string) | SlowsDown | Borne | Warned | NoQuestion>
> = {
  // Its first zone is that of the instance which is promoted first.
  'zone-lost': { borne: (region) => `az:${region}a` },
  'region-killed': (region) => `region:${region}`,
  'region-frozen': (region) => `region:${region}`,
  'regions-partitioned': (region) => `partition:${region}`,
  'writer-lost': { none: 'one instance is lost, and the review knows zones and services' },
  'databases-lost': (region) => `service:rds@${region}`,
  'cache-lost': { slower: cacheOf },
  'slow-dependency': { slower: cacheOf },
  'reader-lag': { none: 'nothing is lost: readers are later than they were' },
  'planned-switchover': { none: 'nothing is lost: every Region lives' },
  'bad-deployment': {
    rule: 'ecs-deployment-unsafe',
    words: /deployment circuit breaker|does not roll back/,
    what: 'a version that does not start stays',
    seen: ({ crashRolledBack }) => isNone(crashRolledBack),
  },
  // What the stand-still itself does to users is asked of region-frozen.
  'thundering-herd': { none: 'it looks at what comes after a loss; no rule computes a crowd' },
  'retry-storm': { none: 'templates do not say how clients repeat, nor what a server refuses' },
  'directory-move': { none: 'who writes is data: templates do not say who keeps the directory' },
  'hot-shard': { none: 'how a server divides its places among shards stands in no template' },
  'queue-stuck': { none: 'nothing is lost: what consumes stands still and goes on' },
};

export type Question = (what: string) => LossReport;

export interface Review {
  readonly ask: Question;
  /** What a rule finds in a Region, that which has been accepted too. */
  readonly found: (rule: string, region: string) => readonly Finding[];
  /** Type of the resource that a key of a report names. */
  readonly typeOf: (key: string) => string | undefined;
}

/** The review of an assembly, which knows nothing of any drill. */
export function reviewOf(directory: string, deployment: Deployment): Review {
  const assembly = loadAssembly(directory);
  const intent = intentOf(deployment);
  const view = new View(assembly, intent);
  return {
    found: (rule, region) => {
      const rules = RULES.filter(({ id }) => id === rule);
      const { findings, acknowledged } = reviewAll(assembly, { intent, rules });
      const all = [...findings, ...acknowledged];
      return all.filter((finding) => finding.region === region);
    },
    ask: (what) => lose(view, parseLoss(what, view), what),
    typeOf: (key) => view.assembly.resource(key)?.type,
  };
}

/** Where what a drill saw differs from what the review says of the same loss; empty: they agree. */
export function disagreements(drill: DrillResult, review: Review): readonly string[] {
  if (drill.whatIf !== undefined) return [`${drill.name}: what if is no evidence`];
  const asked = QUESTIONS[drill.name];
  if (asked === undefined) return [`no question is asked of ${drill.name}`];
  if ('none' in asked) return [];
  if ('rule' in asked) return warned(drill, review, asked);
  if ('slower' in asked) return slowedDown(drill, review, asked.slower(drill.regions.hit));
  if ('borne' in asked) return borne(drill, review, asked.borne(drill.regions.hit));
  const question = asked(drill.regions.hit);
  const report = review.ask(question);
  return [
    ...Object.keys(drill.errors).flatMap((region) => affected(drill, review.ask, report, region)),
    ...atRisk(drill, review, report),
    ...recovery(drill, report),
  ].map((difference) => `${drill.name}, ${question}: ${difference}`);
}

function warned(
  drill: DrillResult,
  { found }: Review,
  { rule, words, what, seen }: Warned,
): readonly string[] {
  const { name, regions } = drill;
  const said = found(rule, regions.hit).filter(({ message }) => words.test(message));
  const saw = drill.flow === 'carry-on' ? seen(drill.measured) : undefined;
  if (saw === said.length > 0) return [];
  const drilled = saw === undefined ? 'not looked for' : saw ? 'seen' : 'not seen';
  const reviewed = said.map(({ message }) => message).join('; ') || 'nothing';
  return [`${name}, ${rule}: ${what}: ${drilled}, and the review finds ${reviewed}`];
}

/** Where a drill saw something stop or be lost, or the review says so, of what only slows down. */
function slowedDown(drill: DrillResult, { ask }: Review, question: string): readonly string[] {
  const { effects, dataAtRisk } = ask(question);
  const near = ask(`region:${drill.regions.hit}`).effects[0]?.users ?? [];
  const stopped = effects.filter(
    ({ operations, users, why }) =>
      operations.includes('writes') ||
      !why.includes('none fails') ||
      users.some((code) => !near.includes(code)),
  );
  const out = Object.entries(drill.reads).filter(([, { outMs }]) => outMs > NOTICED_MS);
  return [
    ...(effects.length === 0 ? ['nobody is said to notice'] : []),
    ...stopped.map(({ why }) => `said to stop something, or for others: ${why}`),
    ...out.map(([region]) => `reads near ${region}: said to be slower, and stopped`),
    ...(dataAtRisk.length > 0 || drill.rpo.lost > 0
      ? [`${dataAtRisk.length} stores said to be at risk, ${drill.rpo.lost} writes lost`]
      : []),
  ].map((difference) => `${drill.name}, ${question}: ${difference}`);
}

/** Where the review says that a person is needed or data at risk, or the drill saw something move or be lost. */
function borne(drill: DrillResult, { ask }: Review, question: string): readonly string[] {
  const { effects, dataAtRisk } = ask(question);
  const lasting = effects.filter(({ endedBy }) => endedBy !== 'clocks');
  const { hit, writer } = drill.regions;
  return [
    ...lasting.map(({ why }) => `said to last until somebody acts: ${why}`),
    ...(dataAtRisk.length > 0 || drill.rpo.lost > 0
      ? [`${dataAtRisk.length} stores said to be at risk, ${drill.rpo.lost} writes lost`]
      : []),
    ...(writer === hit ? [] : [`said to be borne by ${hit}, and ${writer} writes`]),
    ...stopsFor(drill, effects),
  ].map((difference) => `${drill.name}, ${question}: ${difference}`);
}

/** Writes that fail for a while without anybody's doing, which the review has to say. */
function stopsFor({ errors }: DrillResult, effects: LossReport['effects']): readonly string[] {
  const silent = Math.max(...Object.values(errors).map((it) => it.longestSilenceMs));
  const said = effects.filter(({ operations }) => operations.includes('writes'));
  const seconds = Math.max(0, ...said.map((effect) => effect.seconds ?? Infinity));
  if (silent <= 1_000 * seconds || silent <= NOTICED_MS) return [];
  return [`writes said to stop for ${seconds} s at most, seen ${silent} ms`];
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
function recovery(drill: DrillResult, { effects }: LossReport): readonly string[] {
  const said = effects
    .filter(({ operations }) => operations.includes('writes'))
    .map(({ seconds }) => seconds ?? Infinity);
  const seen = drill.flow === 'failover' ? drill.rtoAsConfigured.total : 0;
  return durations('writes', Math.max(0, ...said), seen / 1_000);
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

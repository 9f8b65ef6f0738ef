import type { Assembly } from '../../lib/tools/assembly';
import { lose, parseLoss, preferencesOf, View } from '../../lib/tools/review';
import type { Intent, LossReport } from '../../lib/tools/review';
import type { DrillResult } from '../../lib/tools/twin/drill';

/** What of a drill's result is held against the answer of the review. */
export type Measured = Pick<DrillResult, 'name' | 'regions' | 'rtoAsConfigured' | 'rpo' | 'errors'>;

/** The question of `meridian review --lose` that each drill answers by experiment. */
export const QUESTIONS: Readonly<Record<string, (hit: string) => string>> = {
  'region-killed': (hit) => `region:${hit}`,
  'region-frozen': (hit) => `region:${hit}`,
  // Whoever is outside cannot tell a Region that is cut off from one that is gone.
  'regions-partitioned': (hit) => `region:${hit}`,
  'writer-lost': (hit) => `service:rds@${hit}`,
};

/** A standby of the twin is promoted in about a second: PostgreSQL, not a global database of AWS. */
const PROMOTION_SECONDS = 1;
/** Durations may differ by so much. */
const BAND = 0.3;

/**
 * In what a drill and the review of the same templates contradict each other, in words; nothing where
 * they agree. The review has not seen the drill, nor the drill the review.
 */
export function disagreements(
  assembly: Assembly,
  intent: Intent,
  measured: Measured,
): readonly string[] {
  const question = QUESTIONS[measured.name]?.(measured.regions.hit);
  if (question === undefined) return ['no question is asked for it'];
  const { rtoSeconds = 300, rpoSeconds = 5 } = intent.objectives ?? {};
  const view = new View(assembly, {
    ...intent,
    objectives: {
      ...intent.objectives,
      rtoSeconds,
      rpoSeconds,
      promotionSeconds: PROMOTION_SECONDS,
    },
  });
  const report = lose(view, parseLoss(question, view), question);
  return [
    ...differ('users who cannot write', affected(view, report), failing(measured)),
    ...durations(report, measured),
    ...data(view, report, measured),
  ];
}

function differ(what: string, said: unknown, seen: unknown): readonly string[] {
  const [one, other] = [JSON.stringify(said), JSON.stringify(seen)];
  return one === other ? [] : [`${what}: the review says ${one}, the drill saw ${other}`];
}

const stoppedWrites = ({ effects }: LossReport) =>
  effects.filter(({ operations }) => operations.includes('writes'));

/** Regions whose users the review says cannot write. */
function affected(view: View, report: LossReport): readonly string[] {
  const users = new Set(stoppedWrites(report).flatMap((it) => it.users));
  const nearest = [...preferencesOf(view)].flatMap(([continent, [region]]) =>
    users.has(continent) && region !== undefined ? [region] : [],
  );
  return [...new Set(nearest)].sort();
}

/** Regions whose users had writes fail; a drill writes and nothing else. */
function failing({ errors }: Measured): readonly string[] {
  const regions = Object.entries(errors).filter(
    ([, { failed }]) => Object.values(failed).reduce((sum, count) => sum + count, 0) > 0,
  );
  return regions.map(([region]) => region).sort();
}

function durations(report: LossReport, { rtoAsConfigured }: Measured): readonly string[] {
  const said = Math.max(...stoppedWrites(report).map(({ seconds }) => seconds ?? Infinity));
  const seen = rtoAsConfigured.total / 1000;
  if (Math.abs(seen - said) <= BAND * said) return [];
  return [`writes stop: the review says ${said} s, the drill saw ${seen} s as configured`];
}

/** Whether acknowledged writes are lost with the Region's databases, and how old the oldest may be. */
function data(view: View, { dataAtRisk }: LossReport, { rpo }: Measured): readonly string[] {
  const databases = dataAtRisk.filter(
    ({ resource }) => view.assembly.resource(resource)?.type === 'AWS::RDS::DBCluster',
  );
  const bound = Math.max(0, ...databases.map(({ seconds }) => seconds ?? Infinity));
  const oldest = (rpo.oldestLostMs ?? 0) / 1000;
  return [
    ...differ('data at risk', databases.length > 0, rpo.predicted > 0),
    ...(oldest <= bound
      ? []
      : [`oldest write lost: the review says at most ${bound} s, the drill saw ${oldest} s`]),
  ];
}

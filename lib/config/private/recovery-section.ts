import type { Deployment } from '../deployment';
import { GROWTH_STAGES } from '../growth-stages';
import { DETECTION_SECONDS } from '../recovery';
import type { Recovery } from '../recovery-declaration';
import { recoveryPairsOf } from '../recovery-plans';
import { REGION_NAMES } from '../regions';
import type { Field, Properties } from './field';
import { flag, integer, oneOf, text } from './rules';

const RECOVERY = ['region', 'approverRole', 'approvalMinutes', 'databaseMinutes', 'reports'];
const ROLE = text(
  /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,64}$/,
  'the ARN of an IAM role, such as "arn:aws:iam::123456789012:role/on-call"',
);

/** What the section is held against. */
export type Recovered = Pick<
  Deployment,
  | 'stage'
  | 'protection'
  | 'objectives'
  | 'regions'
  | 'controlRegions'
  | 'stores'
  | 'shards'
  | 'birthRegion'
>;

/**
 * Plans by which a person moves who writes; `undefined` for none. By default there are some where the
 * recovery time objective leaves the minutes that their steps may take.
 */
export function readRecovery(field: Field, of: Recovered): Recovery | undefined {
  if (field.value === false) return undefined;
  const { stage, protection } = of;
  const byDefault = GROWTH_STAGES[stage].recovery && protection === 'production';
  if (!field.present && !byDefault) return undefined;
  const at = field.present ? field.properties(RECOVERY) : undefined;
  const recovery = recoveryOf(at, of);
  const moves = recoveryPairsOf(of).length > 0;
  if (!field.present) return moves && fits(recovery, of) ? recovery : undefined;
  if (!moves) field.reject('false: no `aurora` store has a copy with instances in another Region');
  else if (!fits(recovery, of)) rejectTime(field, recovery, of);
  return recovery;
}

function recoveryOf(at: Properties | undefined, of: Recovered): Recovery {
  const usual = Math.max(1, Math.ceil((2 * of.objectives.promotionSeconds) / 60));
  const role = at?.('approverRole');
  return {
    region: at?.('region').optional(oneOf(REGION_NAMES), homeless(of)) ?? homeless(of),
    approverRole: role?.present === true ? role.require(ROLE, '') : undefined,
    approvalMinutes: at?.('approvalMinutes').optional(integer(1, 60), 1) ?? 1,
    databaseMinutes: at?.('databaseMinutes').optional(integer(1, 1440), usual) ?? usual,
    reports: at?.('reports').optional(flag, false) ?? false,
  };
}

/** Where nothing is written that a plan would have to move. */
function homeless({ regions, controlRegions, shards, birthRegion }: Recovered): string {
  const serving = regions.map(({ name }) => name);
  const homes = new Set([birthRegion, ...shards.map(({ home }) => home)]);
  return (
    [...serving, ...controlRegions].find((name) => !homes.has(name)) ??
    serving.at(-1) ??
    birthRegion
  );
}

/** From the loss of a Region to the last step's end, at the latest. */
function worstSeconds({ approvalMinutes, databaseMinutes }: Recovery, of: Recovered): number {
  const steps = 60 * (2 * approvalMinutes + databaseMinutes);
  return DETECTION_SECONDS + of.objectives.decisionSeconds + steps;
}

function fits(recovery: Recovery, of: Recovered): boolean {
  return worstSeconds(recovery, of) <= of.objectives.rtoSeconds;
}

function rejectTime(field: Field, recovery: Recovery, of: Recovered): void {
  const { rtoSeconds, decisionSeconds } = of.objectives;
  const { approvalMinutes, databaseMinutes } = recovery;
  field.reject(
    `steps that end within \`objectives.rtoSeconds\`, ${rtoSeconds} s: ${DETECTION_SECONDS} s to detect, ` +
      `${decisionSeconds} s to decide, 2 × ${approvalMinutes} min to approve, ${databaseMinutes} min for databases`,
    `${worstSeconds(recovery, of)} s`,
  );
}

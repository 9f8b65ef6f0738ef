import type { CommandContext } from '../../command';
import type { Estate, OperationReport, Plan } from './model';
import { FailoverRefused } from '../failover';
import { confirm } from '../../command';
import { formatPlan } from './private/format';
import { alone } from './private/lock';
import { reasonOf } from './private/look';
import type { Tell } from './private/moves';
import { carryOut, fencesOnly, planEvacuation, planSwitchover } from './private/moves';
import { planDrain, planReturn } from './private/traffic';

export interface OperateOptions {
  readonly yes?: true;
  /** Only show what would be done. */
  readonly plan?: true;
  /** Go on though writes are lost, or too few Regions are known to serve. */
  readonly acceptLoss?: true;
  readonly force?: true;
  /** Somebody else promotes, such as a Region switch plan; run again without it, it goes on. */
  readonly fenceOnly?: true;
}

/** A kind of operation: what it would do, what speaks against it, and how it is done. */
export interface Operation {
  readonly name: string;
  readonly plan: (estate: Estate) => Promise<Plan>;
  /** Why it should not be done, with the option that overrides it. */
  readonly against: (plan: Plan, options: OperateOptions) => string | undefined;
  readonly act: (estate: Estate, plan: Plan, tell: Tell) => Promise<void>;
}

export function drainOf(region: string): Operation {
  return {
    name: `drain ${region}`,
    plan: (estate) => planDrain(estate, region),
    against: ({ capacity }, { force }) =>
      capacity.enough === true || force === true
        ? undefined
        : 'too few Regions are known to serve without it; --force does it all the same',
    act: async ({ switches }, _plan, tell) => {
      await switches.drain(region);
      tell(`${region} is out of traffic: DNS leaves it when its health check has noticed`);
    },
  };
}

export function returnOf(region: string): Operation {
  return {
    name: `return ${region}`,
    plan: (estate) => planReturn(estate, region),
    against: ({ warnings }, { force }) =>
      warnings.length === 0 || force === true
        ? undefined
        : `${warnings.join('; ')}; --force lets it in all the same`,
    act: async ({ switches }, _plan, tell) => {
      await switches.restore(region);
      tell(`${region} is let into traffic`);
    },
  };
}

export function evacuationOf(region: string): Operation {
  return {
    name: `evacuate ${region}`,
    plan: (estate) => planEvacuation(estate, region),
    against: ({ shards }, { acceptLoss }) => {
      const lost = shards.filter(({ how }) => how === 'failover').map(({ shard }) => shard);
      return lost.length === 0 || acceptLoss === true
        ? undefined
        : `the writer of ${lost.join(', ')} does not answer: --accept-loss promotes copies all the same`;
    },
    act: (estate, plan, tell) => evacuate(estate, region, plan, tell),
  };
}

/** A switch that cannot be thrown keeps nobody from writing elsewhere; it is told at the end. */
async function evacuate(estate: Estate, region: string, plan: Plan, tell: Tell): Promise<void> {
  let drained: unknown;
  try {
    await estate.switches.drain(region);
    tell(`${region} is out of traffic: DNS leaves it when its health check has noticed`);
  } catch (error) {
    drained = error;
    tell(`the switch of ${region} cannot be thrown (${reasonOf(error)})`);
  }
  await carryOut(estate, plan, tell);
  if (drained !== undefined) {
    throw new FailoverRefused(
      `${region} is still in traffic, its switch cannot be thrown`,
      `\`meridian drain ${region}\` when its bucket answers`,
      { cause: drained },
    );
  }
}

/** Only what comes before a promotion that somebody else carries out; it takes nobody out of traffic. */
export function fencingOf(operation: Operation): Operation {
  return {
    name: `fence for ${operation.name}`,
    plan: async (estate) => fencesOnly(await operation.plan(estate), estate.leaseMs),
    against: () => undefined,
    act: (estate, plan, tell) => carryOut(estate, plan, tell, true),
  };
}

export function switchoverOf(shards: readonly string[], to: string): Operation {
  return {
    name: `switchover ${shards.join(',')} to ${to}`,
    plan: (estate) => planSwitchover(estate, shards, to),
    against: () => undefined,
    act: carryOut,
  };
}

/**
 * Plan, confirmation, deed. Whatever was refused or failed is told in the report, with what had been
 * done by then; run again, it goes on from there.
 */
export async function operate(
  estate: Estate,
  operation: Operation,
  options: OperateOptions,
  context: Pick<CommandContext, 'stderr'>,
): Promise<OperationReport> {
  const { name } = operation;
  const { stderr } = context;
  const done: { afterMs: number; text: string }[] = [];
  let plan: Plan = { operation: name, steps: [], shards: [], capacity: NOBODY, warnings: [] };
  const report = (
    outcome: OperationReport['outcome'],
    reason: string | null = null,
  ): OperationReport => ({
    ...{ schemaVersion: 1, of: estate.of, operation: name, outcome, plan, done, reason },
  });
  try {
    plan = await operation.plan(estate);
    stderr.write(formatPlan(plan));
    if (plan.steps.length === 0) return report('nothing-to-do');
    if (options.plan === true) return report('planned');
    const against = operation.against(plan, options);
    if (against !== undefined) return report('refused', against);
    if (options.yes !== true && !(await confirm(stderr))) {
      return report('declined', 'nobody said yes; --yes says it beforehand');
    }
    const began = performance.now();
    const tell = (text: string): void => {
      done.push({ afterMs: Math.round(performance.now() - began), text });
      stderr.write(`${text}\n`);
    };
    await alone(estate, name, () => operation.act(estate, plan, tell));
    return report('done');
  } catch (error) {
    return report('refused', reasonOf(error));
  }
}

const NOBODY = { serving: [], needed: 1, enough: null };

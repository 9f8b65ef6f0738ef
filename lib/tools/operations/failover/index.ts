/**
 * Failover: moves who writes out of a Region that is lost. A person decides; nothing here starts by
 * itself, and nothing here knows whether it acts on AWS or on the twin.
 *
 * ```ts
 * const plan = await planFailover(ports, { from: 'eu-central-1' }); // says what will be lost
 * const report = await failOver(ports, { from: 'eu-central-1', leaseMs: 10_000 });
 * ```
 */
export { failOver } from './private/fail-over';
export type { FailoverOptions } from './private/fail-over';
export { planFailover } from './private/plan';
export type { FailoverPlan, PlannedMove } from './private/plan';
export { giveBack } from './private/give-back';
export { FailoverRefused } from './private/refused';
export { nextStep, shardsHomedIn } from './private/steps';
export type { Memory, Step } from './private/steps';
export { httpFencer, signInternal } from './private/http-fencer';
export type { HttpFencerOptions, InternalRequest } from './private/http-fencer';
export type {
  Clock,
  ControlTable,
  Databases,
  FailoverEvent,
  Fencer,
  How,
  Member,
  Move,
  Ports,
  ShardRecord,
  Steering,
  Topology,
} from './private/ports';

/**
 * Drills: scripted faults in a running twin, with expected observations. What heals the damage is
 * product code alone (`lib/tools/operations/failover`).
 *
 * ```ts
 * const result = await runDrill(twin, findDrill('region-killed'), { onEvent: (event) => … });
 * ```
 */
export { DRILLS } from './drills';
export type {
  CarriedOn,
  CarryOnDrill,
  CarryOnResult,
  Drill,
  DrillEvent,
  DrillResult,
  Expectation,
  FailoverDrill,
  FailoverResult,
  FenceFigures,
  Latency,
  LoadFigures,
  LostWrite,
  Measures,
  Rpo,
  Rto,
  Returned,
  Series,
  ReadErrors,
  UserErrors,
  WhatIf,
} from './model';
/** For the page of a twin. */
export { faultsByHand } from './private/by-hand';
export { drillPage } from './page';
export { comesBack, mayComeBack } from './private/bring-back';
export { mayBeSync, SYNC } from './private/what-if';
export { DrillRefused } from './private/refused';
export { findDrill } from './private/find';
export { runDrill } from './private/run-drill';
export type { DrillOptions } from './private/scene';
/** For measurements: the users of a drill, without its fault. */
export { enroll, LoadGenerator, rampSeconds } from './private/load';
export { worldOf } from './private/world';
/** For operations, which act on a twin as drills do. */
export { estateOf, leaseOf } from './private/world';
export type { World } from './private/world';
export { ControlClient } from './private/control';
export { failoverPorts, switchOf } from './private/ports';

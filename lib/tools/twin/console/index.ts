export { startConsole } from './private/console';
export type { Console, ConsoleOptions } from './private/console';
export type {
  ConsoleState,
  DrillOutcome,
  DrillRunner,
  FaultChoice,
  FaultRunner,
  TimelineEvent,
} from './model';
export type { View, ViewHop } from './model';

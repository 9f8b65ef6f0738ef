export { openHome } from './private/run-home';
export type { RunHome } from './private/run-home';
export { claim } from './private/claim';
export { readState, writeState } from './private/state';
export type { TwinState } from './private/state';
export { keepLogs, MARKER, removeTwin, sweep } from './private/sweep';

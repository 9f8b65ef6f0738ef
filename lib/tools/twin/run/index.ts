export { startTwin } from './private/start';
export type { StartOptions, Twin } from './private/start';
export type { Report, RegionReport } from './private/report';
export type { RegionStatus, Status } from './private/status';
export { prepareDatabases } from './private/databases';
export type { DatabaseServer } from './private/databases';
export type { RunningLink } from './private/link';
export type { RunningParts } from './private/parts';
export type { RunningRegion } from './private/status';

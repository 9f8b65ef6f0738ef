export { startTwin } from './private/start';
export type { StartOptions, Twin } from './private/start';
export type { Report, RegionReport } from './private/report';
export type { RegionStatus, Status } from './private/status';
export { prepareDatabases } from './private/databases';

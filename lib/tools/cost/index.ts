export { registerCost } from './command';
export { HOURS_PER_MONTH, standingCost } from './report';
export type { CostLine, CostReport, UnknownCost } from './report';

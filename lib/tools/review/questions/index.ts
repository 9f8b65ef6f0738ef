export { formatLoss, formatSinglePoints, formatSum } from './format';
export { lose } from './lose';
export type { DataAtRisk, Effect, Loss, LossReport, RemainingCapacity } from './model';
export { singlePoints } from './single-points';
export type { SinglePoint, SinglePointReport } from './single-points';
export { sumOf } from './sum';
export type { SumReport } from './sum';
export { parseLoss } from './what';
export { homesOf } from './parts';

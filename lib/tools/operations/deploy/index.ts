export { registerDeploy } from './command';
export { migrationFunctions, takeContractSteps } from './contract';
export { bake, readAlarms } from './gate';
export type * from './model';
export { planDeployment, rollOut } from './roll-out';
export { watchedAlarms, wavesOf } from './waves';

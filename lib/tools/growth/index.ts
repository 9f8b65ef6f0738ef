export { registerGrow } from './command';
export { compareAssemblies } from './compare';
export * from './model';
export { isStateful, rulesOf } from './rules';
export type { TypeRules } from './rules';
export { growthStep } from './step';

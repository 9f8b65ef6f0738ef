export { detach } from './private/detach';
export { down, status } from './private/down';
export type { NameOptions } from './private/down';
export { prepareEngines } from './private/prepare-engines';
export { up } from './private/up';
export type { UpOptions } from './private/up';
export { drill } from './private/drill';
export type { DrillCommandOptions } from './private/drill';

export * from './alarm-rule';
export { AssemblyError } from './assembly-error';
export * from './json';
export { loadAssembly } from './load-assembly';
export { loadTemplates } from './load-templates';
export * from './model';

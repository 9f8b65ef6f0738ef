export { AssemblyError } from './assembly-error';
export * from './json';
export { loadAssembly } from './load-assembly';
export * from './model';

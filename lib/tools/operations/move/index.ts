export { registerMove } from './command';
export * from './model';
export { abortMove, moveDatabases } from './move';

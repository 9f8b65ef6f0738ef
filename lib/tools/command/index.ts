export { confirm } from './confirm';
export * from './context';
export * from './command-error';
export * from './progress';

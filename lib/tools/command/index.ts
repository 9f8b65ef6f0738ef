export { confirm } from './confirm';
export * from './context';
export * from './command-error';
export { didYouMean } from './did-you-mean';
export * from './progress';

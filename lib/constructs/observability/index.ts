export * from './acknowledge';
export * from './log-retention';

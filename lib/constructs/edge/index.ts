export * from './edge-distribution';
export * from './site-content';

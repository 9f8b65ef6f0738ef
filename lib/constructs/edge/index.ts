export * from './edge-distribution';
export * from './private-api';
export * from './site-content';

export * from './access-log';
export * from './edge-distribution';
export * from './edge-policies';
export * from './private-api';
export * from './site-content';

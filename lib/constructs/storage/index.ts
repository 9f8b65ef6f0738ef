export * from './log-bucket';
export * from './site-bucket';
export * from './switch-bucket';

export * from './site-bucket';
export * from './switch-bucket';

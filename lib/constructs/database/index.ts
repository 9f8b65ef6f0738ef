export * from './aurora-global-cluster';
export * from './aurora-global-member';
export * from './control-table';
export * from './database-security-group';
export * from './global-table';
export * from './migration-runner';
export * from './reader-scaling';
export * from './store-table';

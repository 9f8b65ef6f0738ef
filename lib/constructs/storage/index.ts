export * from './bucket-replication';
export * from './log-bucket';
export * from './report-bucket';
export * from './site-bucket';
export * from './switch-bucket';
export * from './upload-bucket';

export * from './global-datastore';
export * from './regional-cache';
export * from './serverless-cache';

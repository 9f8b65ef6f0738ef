export * from './configuration';
export * from './fastest';

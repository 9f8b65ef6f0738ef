export * from './data-volume';
export * from './single-server';

export * from './public-zone';
export * from './regional-health';
export * from './regional-records';

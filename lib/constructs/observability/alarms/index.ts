export * from './cache-alarms';
export * from './compute-alarms';
export * from './database-alarms';
export * from './door-alarms';
export * from './queue-alarms';
export * from './region-alarms';
export * from './rotation-alarms';
export * from './table-alarms';

export * from './dead-letters';
export * from './queue-consumer';
export * from './scheduled-job';
export * from './work-queue';

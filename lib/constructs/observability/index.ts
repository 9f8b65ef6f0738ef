export * from './acknowledge';
export * from './alarm-topic';
export * from './alarms';
export * from './composite-alarms';
export * from './log-retention';
export * from './runbook-alarms';
export * from './signals';

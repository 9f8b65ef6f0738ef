export * from './plan-role';
export * from './region-switch-plan';
export * from './steps';

export * from './data-key';
export * from './replicated-secret';
export * from './statements';

export * from './data-key';
export * from './replicated-secret';
export * from './statements';
export * from './web-acl';
export * from './web-rules';

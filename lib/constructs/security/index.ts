export * from './data-key';
export * from './replicated-secret';
export * from './scheduler-role';
export * from './secret-rotation';
export * from './statements';
export * from './store-statements';
export * from './web-acl';
export * from './web-rules';

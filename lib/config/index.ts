export * from './declaration';
export * from './deployment';
export * from './names';
export * from './bindings';

export * from './binding-reader';
export * from './binding-writer';

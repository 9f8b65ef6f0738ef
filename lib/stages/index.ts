export * from './meridian-stage';

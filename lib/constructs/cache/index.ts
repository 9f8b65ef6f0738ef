export * from './regional-cache';

export * from './admission';
export * from './existing-vpc';
export * from './regional-endpoints';
export * from './regional-vpc';
export * from './client-security-group';

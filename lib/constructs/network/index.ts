export * from './admission';
export * from './regional-vpc';
export * from './client-security-group';

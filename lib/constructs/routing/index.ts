export * from './cidr-collection';
export * from './delegated-subdomain';
export * from './public-zone';
export * from './regional-health';
export * from './regional-records';
export * from './routed-record';

export * from './lambda-service';
export * from './logged-function';
export * from './public-load-balancer';
export * from './workload-environment';

export * from './fargate-service';
export * from './lambda-service';
export * from './logged-function';
export * from './public-load-balancer';
export * from './server-image-cache';
export * from './workload-environment';
export * from './zonal-autoshift';

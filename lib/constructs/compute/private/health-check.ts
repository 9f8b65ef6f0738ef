import { Duration } from 'aws-cdk-lib';

/** How a load balancer asks a server whether it lives: out after 30 s, in after 20 s. */
export function healthCheck(path: string) {
  return {
    path,
    healthyHttpCodes: '200',
    interval: Duration.seconds(10),
    timeout: Duration.seconds(5),
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 3,
  };
}

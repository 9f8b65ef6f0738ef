import { Duration, SecretValue } from 'aws-cdk-lib';
import type { BehaviorOptions } from 'aws-cdk-lib/aws-cloudfront';
import {
  AllowedMethods,
  CachePolicy,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';

/** How the edge talks to whatever answers for the API. */
export function apiConnection(secret: string) {
  return {
    customHeaders: { 'x-origin-verify': SecretValue.secretsManager(secret).unsafeUnwrap() },
    connectionTimeout: Duration.seconds(3),
    connectionAttempts: 2,
    // Above the service's own limit of 30 s, so that its answer is the one that is seen.
    readTimeout: Duration.seconds(35),
    // Below the load balancer's 60 s, so that the edge closes first.
    keepaliveTimeout: Duration.seconds(30),
  };
}

/** What the edge does with a request of the API: passes it on whole, and keeps no answer. */
export const API_BEHAVIOR = {
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
} as const satisfies Partial<BehaviorOptions>;

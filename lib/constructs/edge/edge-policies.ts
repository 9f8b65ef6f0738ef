import { Duration } from 'aws-cdk-lib';
import type {
  ICachePolicy,
  IResponseHeadersPolicy,
  ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import {
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { contentSecurityPolicy } from './private/content-security';

export interface EdgePoliciesProps {
  /** Prefix of the policies' names. */
  readonly prefix: string;
  /** Directory of the static files. */
  readonly siteDirectory: string;
  /** Hosts of the API that are not the site's own. @default none */
  readonly apiHosts?: readonly string[];
  /** Hosts of the buckets that pages may send forms to. @default none */
  readonly uploadHosts?: readonly string[];
}

/** What a front end of another origin may read beside the body, as the API says itself. */
const EXPOSED = [
  ...['idempotency-key', 'retry-after', 'x-meridian-cache', 'x-meridian-freshness'],
  ...['x-meridian-next-cursor', 'x-meridian-region', 'x-meridian-written-by'],
];
const TWO_YEARS = Duration.days(730);

/**
 * What the edge adds to answers, and by what it keeps them. Static files: a key of the path alone, so
 * that nobody fills the cache by queries or cookies, for as long as the file says, a minute where it
 * says nothing; compressed. Subdomains are not forced to HTTPS: some belong to others (`delegations`).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
export class EdgePolicies extends Construct {
  /** By what static files are kept. */
  public readonly siteCache: ICachePolicy;
  /** What answers with static files bear. */
  public readonly siteHeaders: IResponseHeadersPolicy;
  /** What answers of the API and uploaded files bear, and those that the edge gives in its place. */
  public readonly apiHeaders: IResponseHeadersPolicy;

  public constructor(scope: Construct, id: string, props: EdgePoliciesProps) {
    super(scope, id);
    const { prefix, siteDirectory } = props;
    this.siteCache = new CachePolicy(this, 'SiteCache', {
      cachePolicyName: `${prefix}-site`,
      comment: 'Static files, by their path alone',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.minutes(1),
      maxTtl: Duration.days(1),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      queryStringBehavior: CacheQueryStringBehavior.none(),
    });
    this.siteHeaders = new ResponseHeadersPolicy(this, 'SiteHeaders', {
      responseHeadersPolicyName: `${prefix}-site`,
      comment: 'Static files: what their pages may load',
      securityHeadersBehavior: secured(contentSecurityPolicy(siteDirectory, props)),
    });
    this.apiHeaders = new ResponseHeadersPolicy(this, 'ApiHeaders', {
      responseHeadersPolicyName: `${prefix}-api`,
      comment:
        "The API: data, never a page; the edge's own errors are readable to every origin too",
      securityHeadersBehavior: secured("default-src 'none'; frame-ancestors 'none'"),
      corsBehavior: {
        accessControlAllowOrigins: ['*'],
        accessControlAllowHeaders: ['*'],
        accessControlAllowMethods: ['ALL'],
        accessControlExposeHeaders: EXPOSED,
        accessControlMaxAge: Duration.hours(2),
        accessControlAllowCredentials: false,
        // What the API says about it holds.
        originOverride: false,
      },
    });
  }
}

function secured(contentSecurityPolicy: string): ResponseSecurityHeadersBehavior {
  const override = true;
  return {
    strictTransportSecurity: { accessControlMaxAge: TWO_YEARS, includeSubdomains: false, override },
    contentSecurityPolicy: { contentSecurityPolicy, override },
    contentTypeOptions: { override },
    frameOptions: { frameOption: HeadersFrameOption.DENY, override },
    referrerPolicy: {
      referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
      override,
    },
  };
}

import { Annotations, Duration, SecretValue } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { BehaviorOptions, IDistribution, IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { AaaaRecord, ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { siteRouter } from './private/site-router';

/** A Region's copy of the static site. */
export interface SiteOrigin {
  readonly bucketName: string;
  readonly region: RegionName;
}

/** The Regions' API as the CDN sees it. */
export interface ApiOrigin {
  /** The health-checked name in front of every Region's load balancer. */
  readonly host: string;
  /** Name of the secret that the load balancers demand; it must have a replica in us-east-1. */
  readonly secret: string;
}

export interface EdgeDistributionProps {
  /** DNS name of the product. */
  readonly domainName: string;
  /** The product's zone. */
  readonly zone: IHostedZone;
  /** Where `/api/*` goes. @default nowhere: clients of the API ask the Regions themselves */
  readonly api?: ApiOrigin;
  /** Copies of the static site; the second is asked where the first fails. */
  readonly sites: readonly [SiteOrigin, ...SiteOrigin[]];
  /** Directory of the static files. */
  readonly siteDirectory: string;
  /** ARN of the firewall in front of everything. */
  readonly webAclArn: string;
}

/**
 * The product's public face: static files from the site buckets, `/api/*` from the nearest healthy
 * Region. The API's origin is a name, not a group of origins: a group carries no writes, while DNS
 * moves them to another Region within a minute. Nothing of the API is cached here.
 *
 * Billed by request and by GB.
 */
export class EdgeDistribution extends Construct {
  /** The distribution. */
  public readonly distribution: IDistribution;

  public constructor(scope: Construct, id: string, props: EdgeDistributionProps) {
    super(scope, id);
    const { domainName, zone } = props;
    this.distribution = new Distribution(this, 'Resource', {
      comment: domainName,
      domainNames: [domainName],
      webAclId: props.webAclArn,
      certificate: new Certificate(this, 'Certificate', {
        domainName,
        validation: CertificateValidation.fromDns(zone),
      }),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: this.site(props),
      ...(props.api && { additionalBehaviors: { '/api/*': apiBehavior(props.api) } }),
    });
    const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
    new ARecord(this, 'Ipv4', { zone, recordName: `${domainName}.`, target });
    new AaaaRecord(this, 'Ipv6', { zone, recordName: `${domainName}.`, target });
  }

  private site(props: EdgeDistributionProps): BehaviorOptions {
    const [primary, fallback] = props.sites;
    const router = new EdgeFunction(this, 'SiteRouter', {
      comment: 'Pages of the static site, and its 404',
      code: FunctionCode.fromInline(siteRouter(props.siteDirectory)),
      runtime: FunctionRuntime.JS_2_0,
    });
    return {
      origin:
        fallback === undefined
          ? this.bucket(primary)
          : new OriginGroup({
              primaryOrigin: this.bucket(primary),
              fallbackOrigin: this.bucket(fallback),
              fallbackStatusCodes: [500, 502, 503, 504],
            }),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      functionAssociations: [{ function: router, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
  }

  private bucket({ bucketName, region }: SiteOrigin): IOrigin {
    const bucket = Bucket.fromBucketAttributes(this, `Site-${region}`, { bucketName, region });
    // The bucket's own stack admits the account's distributions.
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac',
    );
    return S3BucketOrigin.withOriginAccessControl(bucket, {
      originId: `site-${region}`,
      originAccessControl: this.accessControl(),
      connectionTimeout: Duration.seconds(3),
      connectionAttempts: 2,
    });
  }

  /** One for all buckets: it says how to sign, not where. */
  private accessControl(): S3OriginAccessControl {
    const existing = this.node.tryFindChild('SiteAccess');
    if (existing instanceof S3OriginAccessControl) return existing;
    return new S3OriginAccessControl(this, 'SiteAccess');
  }
}

function apiBehavior({ host, secret }: ApiOrigin): BehaviorOptions {
  return {
    origin: new HttpOrigin(host, {
      originId: 'api',
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      customHeaders: {
        'x-origin-verify': SecretValue.secretsManager(secret).unsafeUnwrap(),
      },
      connectionTimeout: Duration.seconds(3),
      connectionAttempts: 2,
      // Above the service's own limit of 30 s, so that its answer is the one that is seen.
      readTimeout: Duration.seconds(35),
      // Below the load balancer's 60 s, so that the edge closes first.
      keepaliveTimeout: Duration.seconds(30),
    }),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  };
}

import { Annotations, Duration } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type {
  BehaviorOptions,
  CfnDistribution,
  IDistribution,
  IOrigin,
} from 'aws-cdk-lib/aws-cloudfront';
import {
  AllowedMethods,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
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
import { EdgePolicies } from './edge-policies';
import { API_BEHAVIOR, apiConnection } from './private/api-origin';
import { siteRouter } from './private/site-router';
import { PrivateApi } from './private-api';
import type { PrivateApiProps } from './private-api';

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
  /** Prefix of the names of what is named in the account. */
  readonly prefix: string;
  /** DNS name of the product. */
  readonly domainName: string;
  /** The product's zone. */
  readonly zone: IHostedZone;
  /** Where `/api/*` goes. @default nowhere: clients of the API ask the Regions themselves */
  readonly api?: ApiOrigin;
  /** Hosts of the API that pages of the site may call, beside their own. @default none */
  readonly apiHosts?: readonly string[];
  /** The Regions' API behind private load balancers. @default none; not together with `api` */
  readonly privateApi?: PrivateApiProps & {
    /** Paths beside `/api/*` on which a Region says how it is, to health checkers. */
    readonly healthPaths: readonly string[];
  };
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
    const { domainName, zone, privateApi } = props;
    const ownHosts = privateApi?.origins.map(({ host }) => host) ?? [];
    const hidden = privateApi && new PrivateApi(this, 'Private', privateApi);
    const { prefix, siteDirectory, apiHosts = [] } = props;
    const policies = new EdgePolicies(this, 'Policies', { prefix, siteDirectory, apiHosts });
    const site = this.site(props, policies);
    const distribution = new Distribution(this, 'Resource', {
      comment: domainName,
      domainNames: [domainName, ...ownHosts],
      webAclId: props.webAclArn,
      certificate: new Certificate(this, 'Certificate', {
        domainName,
        ...(ownHosts.length > 0 && { subjectAlternativeNames: ownHosts }),
        validation: CertificateValidation.fromDns(zone),
      }),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: site,
      ...(props.api && { additionalBehaviors: { '/api/*': apiBehavior(props.api, policies) } }),
      ...(hidden && { additionalBehaviors: behaviorsOf(hidden, privateApi.healthPaths, policies) }),
    });
    hidden?.addOrigins(
      distribution.node.defaultChild as CfnDistribution,
      Math.min(props.sites.length, 2) + 1,
    );
    this.distribution = distribution;
    this.names(zone, [domainName, ...ownHosts]);
  }

  private names(zone: IHostedZone, names: readonly string[]): void {
    const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
    for (const [index, name] of names.entries()) {
      const of = index === 0 ? '' : `-${name}`;
      new ARecord(this, `Ipv4${of}`, { zone, recordName: `${name}.`, target });
      new AaaaRecord(this, `Ipv6${of}`, { zone, recordName: `${name}.`, target });
    }
  }

  private site(props: EdgeDistributionProps, policies: EdgePolicies): BehaviorOptions {
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
      cachePolicy: policies.siteCache,
      responseHeadersPolicy: policies.siteHeaders,
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

function apiBehavior({ host, secret }: ApiOrigin, { apiHeaders }: EdgePolicies): BehaviorOptions {
  return {
    ...API_BEHAVIOR,
    responseHeadersPolicy: apiHeaders,
    origin: new HttpOrigin(host, {
      ...apiConnection(secret),
      originId: 'api',
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    }),
  };
}

function behaviorsOf(
  { behavior }: PrivateApi,
  healthPaths: readonly string[],
  { apiHeaders }: EdgePolicies,
): Record<string, BehaviorOptions> {
  const api = { ...behavior, responseHeadersPolicy: apiHeaders };
  const asked = { ...api, allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS };
  return {
    '/api/*': api,
    ...Object.fromEntries(healthPaths.map((path) => [path, asked])),
  };
}

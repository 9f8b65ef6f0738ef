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
import { MEDIA_PREFIX } from '../../config';
import type { RegionName } from '../../config';
import { AccessLog } from './access-log';
import { EdgePolicies } from './edge-policies';
import { API_BEHAVIOR, apiConnection } from './private/api-origin';
import { siteRouter } from './private/site-router';
import { PrivateApi } from './private-api';
import type { PrivateApiProps } from './private-api';

/** A Region's copy of the static site, or of what users upload. */
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
  /**
   * Regions' buckets of uploads, each served below `/media/REGION/`; the next one, round the ring, has
   * copies and is asked where it fails. @default none
   */
  readonly media?: readonly SiteOrigin[];
  /** Directory of the static files. */
  readonly siteDirectory: string;
  /** ARN of the firewall in front of everything. */
  readonly webAclArn: string;
  /** Account of the stack. */
  readonly account: string;
  /** Bucket of the access logs, in any Region. */
  readonly logBucketName: string;
}

/** Answers of a bucket that send a read on to the next. */
const FAILURES = [500, 502, 503, 504];
const BUCKET_IDS = { site: 'Site', media: 'Media', copies: 'Copies' } as const;

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
    const { prefix, siteDirectory, apiHosts = [], media = [] } = props;
    const uploadHosts = media.map(
      ({ bucketName, region }) => `${bucketName}.s3.${region}.amazonaws.com`,
    );
    const given = { prefix, siteDirectory, apiHosts, uploadHosts };
    const policies = new EdgePolicies(this, 'Policies', given);
    const site = this.site(props, policies);
    const behaviors = {
      ...(props.api && { '/api/*': apiBehavior(props.api, policies) }),
      ...(hidden && behaviorsOf(hidden, privateApi.healthPaths, policies)),
      ...this.media(media, policies),
    };
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
      ...(Object.keys(behaviors).length > 0 && { additionalBehaviors: behaviors }),
    });
    hidden?.addOrigins(
      distribution.node.defaultChild as CfnDistribution,
      Math.min(props.sites.length, 2) + 1 + (media.length > 1 ? 2 : 1) * media.length,
    );
    this.distribution = distribution;
    new AccessLog(this, 'AccessLog', {
      ...{ prefix, account: props.account, bucketName: props.logBucketName },
      distributionId: distribution.distributionId,
    });
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
    const router = new EdgeFunction(this, 'SiteRouter', {
      comment: 'Pages of the static site, and its 404',
      code: FunctionCode.fromInline(siteRouter(props.siteDirectory)),
      runtime: FunctionRuntime.JS_2_0,
    });
    return {
      origin: this.buckets('site', props.sites, [...FAILURES]),
      cachePolicy: policies.siteCache,
      responseHeadersPolicy: policies.siteHeaders,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      functionAssociations: [{ function: router, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
  }

  /**
   * What users upload, by its path alone; it is data, never a page. Its path names the Region that took
   * it and has it at once, so nobody waits for a copy. What is not there is 403: nobody may list.
   */
  private media(
    buckets: readonly SiteOrigin[],
    policies: EdgePolicies,
  ): Record<string, BehaviorOptions> {
    const behaviors = buckets.map((bucket, index): [string, BehaviorOptions] => {
      const next = buckets[(index + 1) % buckets.length];
      const copies = next === undefined || next === bucket ? [] : [next];
      return [
        `/${MEDIA_PREFIX}${bucket.region}/*`,
        {
          origin: this.buckets('media', [bucket, ...copies], [403, 404, ...FAILURES]),
          cachePolicy: policies.siteCache,
          responseHeadersPolicy: policies.apiHeaders,
          viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        },
      ];
    });
    return Object.fromEntries(behaviors);
  }

  private buckets(
    kind: 'site' | 'media',
    [primary, fallback]: readonly [SiteOrigin, ...SiteOrigin[]],
    fallbackStatusCodes: number[],
  ): IOrigin {
    if (fallback === undefined) return this.bucket(kind, primary);
    return new OriginGroup({
      primaryOrigin: this.bucket(kind, primary),
      // Each Region's bucket of uploads stands in two groups; an origin has one id in each.
      fallbackOrigin: this.bucket(kind === 'media' ? 'copies' : kind, fallback),
      fallbackStatusCodes,
    });
  }

  private bucket(kind: keyof typeof BUCKET_IDS, { bucketName, region }: SiteOrigin): IOrigin {
    const id = `${BUCKET_IDS[kind]}-${region}`;
    const bucket = Bucket.fromBucketAttributes(this, id, { bucketName, region });
    // The bucket's own stack admits the account's distributions.
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac',
    );
    return S3BucketOrigin.withOriginAccessControl(bucket, {
      originId: `${kind}-${region}`,
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

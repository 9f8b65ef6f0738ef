import type { BehaviorOptions, CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import {
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  KeyValueStore,
  OriginProtocolPolicy,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  OriginSslPolicy,
  VpcOrigin,
  VpcOriginEndpoint,
} from 'aws-cdk-lib/aws-cloudfront';
import { VpcOrigin as VpcHttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import type { RegionName, ViewerRegions } from '../../config';
import { API_BEHAVIOR, apiConnection } from './private/api-origin';
import { regionPicker } from './private/region-picker';

/** A Region's private load balancer. */
export interface PrivateOrigin {
  readonly region: RegionName;
  /** The Region's own name, which its certificate covers. */
  readonly host: string;
  readonly loadBalancerArn: string;
}

export interface PrivateApiProps {
  /** Prefix of the names of what it creates. */
  readonly prefix: string;
  /** In the order of the declaration. */
  readonly origins: readonly [PrivateOrigin, ...PrivateOrigin[]];
  /** Which Regions viewers of a country are led to. */
  readonly viewers: ViewerRegions;
  /** Name of the secret that the load balancers demand; it must have a replica in us-east-1. */
  readonly secret: string;
}

/**
 * The API behind load balancers that have no public address: the edge enters each Region's network by
 * a VPC origin, and a function picks the Region by the viewer's country and by a switch that is
 * changed without a deployment (key `drained` of its key-value store).
 *
 * Billed by request and invocation; VPC origins cost nothing themselves.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
 */
export class PrivateApi extends Construct {
  /** What the distribution does with requests of the API. */
  public readonly behavior: BehaviorOptions;
  private readonly others: readonly CfnOrigin[];

  public constructor(scope: Construct, id: string, props: PrivateApiProps) {
    super(scope, id);
    const { prefix, secret, origins, viewers } = props;
    const [first, ...others] = origins.map((origin) => ({
      ...origin,
      vpcOrigin: this.vpcOrigin(prefix, origin),
    }));
    if (first === undefined) throw new RangeError('`origins` must have a Region, got: none');
    const connection = apiConnection(secret);
    this.others = others.map(({ region, host, vpcOrigin }) => ({
      ...{ Id: region, DomainName: host },
      ConnectionAttempts: connection.connectionAttempts,
      ConnectionTimeout: connection.connectionTimeout.toSeconds(),
      OriginCustomHeaders: Object.entries(connection.customHeaders).map(
        ([HeaderName, HeaderValue]) => ({ HeaderName, HeaderValue }),
      ),
      VpcOriginConfig: {
        VpcOriginId: vpcOrigin.vpcOriginId,
        OriginReadTimeout: connection.readTimeout.toSeconds(),
        OriginKeepaliveTimeout: connection.keepaliveTimeout.toSeconds(),
      },
    }));
    this.behavior = {
      ...API_BEHAVIOR,
      origin: VpcHttpOrigin.withVpcOrigin(first.vpcOrigin, {
        ...connection,
        originId: first.region,
        domainName: first.host,
      }),
      originRequestPolicy: this.requestPolicy(prefix),
      functionAssociations: [
        {
          function: this.picker(prefix, origins, viewers),
          eventType: FunctionEventType.VIEWER_REQUEST,
        },
      ],
    };
  }

  /**
   * Adds the origins that only the function picks: the library adds those of behaviors alone.
   *
   * @param after number of origins that the distribution has by its behaviors
   */
  public addOrigins(distribution: CfnDistribution, after: number): void {
    for (const [index, origin] of this.others.entries()) {
      distribution.addPropertyOverride(`DistributionConfig.Origins.${after + index}`, origin);
    }
  }

  private vpcOrigin(prefix: string, { region, host, loadBalancerArn }: PrivateOrigin): VpcOrigin {
    return new VpcOrigin(this, `Origin-${region}`, {
      endpoint: new LoadBalancerEndpoint(loadBalancerArn, host),
      vpcOriginName: `${prefix}-${region}`,
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    });
  }

  /** All that the viewer sent, its host too, and where the edge takes it to be. */
  private requestPolicy(prefix: string): OriginRequestPolicy {
    return new OriginRequestPolicy(this, 'Request', {
      originRequestPolicyName: `${prefix}-private-api`,
      comment: 'The whole request, and the country of the viewer',
      headerBehavior: OriginRequestHeaderBehavior.all('CloudFront-Viewer-Country'),
      cookieBehavior: OriginRequestCookieBehavior.all(),
      queryStringBehavior: OriginRequestQueryStringBehavior.all(),
    });
  }

  private picker(
    prefix: string,
    origins: PrivateApiProps['origins'],
    viewers: ViewerRegions,
  ): EdgeFunction {
    const keyValueStore = new KeyValueStore(this, 'Switch', {
      keyValueStoreName: `${prefix}-switch`,
      comment: 'Regions that get no viewers: key drained, separated by commas',
    });
    const hosts = Object.fromEntries(origins.map(({ region, host }) => [region, host]));
    return new EdgeFunction(this, 'Picker', {
      comment: "The Region of the viewer's country, unless it is drained",
      code: FunctionCode.fromInline(regionPicker({ hosts, viewers })),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore,
    });
  }
}

/** A load balancer of another stack, known by its ARN. */
class LoadBalancerEndpoint extends VpcOriginEndpoint {
  public constructor(
    public readonly endpointArn: string,
    public readonly domainName: string,
  ) {
    super();
  }
}

/** An origin as a template has it. */
interface CfnOrigin {
  readonly Id: string;
  readonly [property: string]: unknown;
}

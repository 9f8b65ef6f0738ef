import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { prefixThrough } from '../../config';
import type { Region } from '../../config';

export interface RegionalEndpointsProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Its Region and block, from which endpoints are asked. */
  readonly region: Pick<Region, 'name' | 'cidr'>;
  /** The only account whose principals may call through them. */
  readonly account: string;
  /** As names of endpoints end, such as `sqs` or `ecr.api`. */
  readonly services: readonly string[];
}

/** A starting instance tells that it lives by its identity document, which is no principal of an account. */
const BY_IDENTITY = ['cloudformation'];

/**
 * Interface endpoints of a Region's network: services answer there under their own names, from addresses
 * in each zone, to the network's own and to principals of the account alone.
 *
 * Costs 0.01 USD an hour for each endpoint and zone, and 0.01 USD for each GB.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export class RegionalEndpoints extends Construct {
  public constructor(scope: Construct, id: string, props: RegionalEndpointsProps) {
    super(scope, id);
    const { vpc, region, account } = props;
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'Endpoints of AWS services',
      allowAllOutbound: false,
    });
    group.addIngressRule(Peer.ipv4(region.cidr), Port.tcp(443), 'Whoever runs in this network');
    for (const service of props.services) {
      const endpoint = new InterfaceVpcEndpoint(this, idOf(service), {
        vpc,
        service: new InterfaceVpcEndpointService(`com.amazonaws.${region.name}.${service}`, 443),
        subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [group],
        privateDnsEnabled: true,
        open: false,
      });
      if (BY_IDENTITY.includes(service)) continue;
      endpoint.addToPolicy(
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: [`${prefixThrough(service)}:*`],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:PrincipalAccount': account } },
        }),
      );
    }
  }
}

/** `EcrApi` of `ecr.api`. */
const idOf = (service: string): string =>
  service
    .split(/[.-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityGroupIngress, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { CACHE_PORT } from '../../network';

/** Where a cache stands and who reaches it. */
export interface CacheNetwork {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** The only group that may connect. */
  readonly client: ISecurityGroup;
}

/** Subnets without a way out, one in each zone. */
export function cacheSubnets({ vpc }: CacheNetwork): string[] {
  return vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds;
}

/** A group that admits the client alone; gives its id. */
export function admitClient(cache: Construct, { vpc, client }: CacheNetwork): string {
  const group = new SecurityGroup(cache, 'Group', {
    vpc,
    description: 'Valkey from the service of this Region',
    allowAllOutbound: false,
  });
  // Not `addIngressRule`, whose logical id would carry the Region of the group's stack.
  new CfnSecurityGroupIngress(cache, 'FromService', {
    groupId: group.securityGroupId,
    description: 'Service',
    ipProtocol: 'tcp',
    fromPort: CACHE_PORT,
    toPort: CACHE_PORT,
    sourceSecurityGroupId: client.securityGroupId,
  });
  return group.securityGroupId;
}

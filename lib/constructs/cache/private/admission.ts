import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityGroupIngress, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { CACHE_PORT, ingressOf } from '../../network';

/** Where a cache stands and who reaches it. */
export interface CacheNetwork {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** The only group that may connect. */
  readonly client: ISecurityGroup;
}

/** A group that admits the client alone; gives its id. */
export function admitClient(cache: Construct, { vpc, client }: CacheNetwork): string {
  const group = new SecurityGroup(cache, 'Group', {
    vpc,
    description: 'Valkey from the service of this Region',
    allowAllOutbound: false,
  });
  const admitted = { group, client, port: CACHE_PORT, description: 'Service' };
  new CfnSecurityGroupIngress(cache, 'FromService', ingressOf(admitted));
  return group.securityGroupId;
}

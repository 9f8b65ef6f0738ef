import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityGroupIngress, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { Cache } from '../../config';
import { CACHE_PORT } from '../network';

export interface RegionalCacheProps {
  /** Computed name, at most 40 characters. */
  readonly groupId: string;
  /** Node type and replicas. */
  readonly cache: Cache;
  /** ARN of the Region's data key. */
  readonly keyArn: string;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** The only group that may connect. */
  readonly client: ISecurityGroup;
}

/**
 * The Region's Valkey: sessions and articles that are read often, as copies. Never the truth, so no
 * Region reads another's, nothing of it is backed up, and losing it costs time only. Least recently
 * used copies give way to new ones.
 *
 * Over zones, and failing over by itself. TLS; who may connect is decided by the network alone: a
 * password in the hands of every server would not keep any of them out.
 *
 * Costs the price of its nodes by the hour, 0.1264 USD each for cache.m7g.large.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
 */
export class RegionalCache extends Construct {
  /** `rediss://host:port`; known only at deployment. */
  public readonly endpoint: string;

  public constructor(scope: Construct, id: string, props: RegionalCacheProps) {
    super(scope, id);
    const { groupId, cache, vpc, client } = props;
    const { subnetIds } = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED });
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Isolated subnets of every zone',
      subnetIds,
    });
    const parameters = new CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: 'valkey8',
      description: 'Every key may give way',
      properties: { 'maxmemory-policy': 'allkeys-lru' },
    });
    const group = new CfnReplicationGroup(this, 'Resource', {
      replicationGroupId: groupId,
      replicationGroupDescription: 'Copies of sessions and articles',
      engine: 'valkey',
      engineVersion: '8.1',
      cacheNodeType: cache.nodeType,
      numCacheClusters: cache.replicas + 1,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      cacheSubnetGroupName: subnets.ref,
      cacheParameterGroupName: parameters.ref,
      securityGroupIds: [this.admit(vpc, client)],
      port: CACHE_PORT,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: props.keyArn,
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: 0,
    });
    this.endpoint = `rediss://${group.attrPrimaryEndPointAddress}:${CACHE_PORT}`;
  }

  private admit(vpc: IVpc, client: ISecurityGroup): string {
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'Valkey from the service of this Region',
      allowAllOutbound: false,
    });
    // Not `addIngressRule`, whose logical id would carry the Region of the group's stack.
    new CfnSecurityGroupIngress(this, 'FromService', {
      groupId: group.securityGroupId,
      description: 'Service',
      ipProtocol: 'tcp',
      fromPort: CACHE_PORT,
      toPort: CACHE_PORT,
      sourceSecurityGroupId: client.securityGroupId,
    });
    return group.securityGroupId;
  }
}

import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { CfnReplicationGroupProps } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { NodesCache } from '../../config';
import { CACHE_PORT, isolatedSubnets } from '../network';
import type { CacheNetwork } from './private/admission';
import { admitClient } from './private/admission';

export interface RegionalCacheProps extends CacheNetwork {
  /** Computed name, at most 40 characters. */
  readonly groupId: string;
  /** Node type, shards and replicas. */
  readonly cache: NodesCache;
  /** ARN of the Region's data key. */
  readonly keyArn: string;
  /**
   * Generated id of the global datastore whose secondary this is: from it come engine, node type, shards,
   * parameters and encryption, and it takes no writes. @default none
   */
  readonly datastoreId?: string;
}

/**
 * The Region's Valkey: sessions and articles that are read often, as copies. Never the truth, so no
 * Region reads another's, nothing of it is backed up, and losing it costs time only. Least recently
 * used copies give way to new ones.
 *
 * Over zones, and failing over by itself. TLS; who may connect is decided by the network alone: a
 * password in the hands of every server would not keep any of them out. In cluster mode the keys are
 * divided among shards, each with a primary and replicas.
 *
 * Costs the price of its nodes by the hour, 0.1264 USD each for cache.m7g.large.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
 */
export class RegionalCache extends Construct {
  /** `rediss://host:port`, with `?cluster` behind it in cluster mode; known only at deployment. */
  public readonly endpoint: string;

  public constructor(scope: Construct, id: string, props: RegionalCacheProps) {
    super(scope, id);
    const { groupId, cache, datastoreId } = props;
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Isolated subnets of every zone',
      subnetIds: isolatedSubnets(props.vpc),
    });
    const group = this.group(`Resource${variantOf(props)}`, {
      replicationGroupId: groupId,
      replicationGroupDescription: 'Copies of sessions and articles',
      ...nodesOf(cache, datastoreId),
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [admitClient(this, props)],
      port: CACHE_PORT,
      kmsKeyId: props.keyArn,
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: 0,
      ...(datastoreId === undefined ? this.own(cache) : { globalReplicationGroupId: datastoreId }),
    });
    this.endpoint =
      cache.shards === undefined
        ? `rediss://${group.attrPrimaryEndPointAddress}:${CACHE_PORT}`
        : `rediss://${group.attrConfigurationEndPointAddress}:${CACHE_PORT}?cluster`;
  }

  private group(id: string, properties: CfnReplicationGroupProps): CfnReplicationGroup {
    return new CfnReplicationGroup(this, id, properties);
  }

  /** What a secondary of a global datastore takes from its primary, and must not say itself. */
  private own({ nodeType, shards }: NodesCache): Partial<CfnReplicationGroupProps> {
    const clustered = shards !== undefined;
    const parameters = new CfnParameterGroup(this, clustered ? 'ShardParameters' : 'Parameters', {
      cacheParameterGroupFamily: 'valkey8',
      description: 'Every key may give way',
      properties: {
        'maxmemory-policy': 'allkeys-lru',
        ...(clustered && { 'cluster-enabled': 'yes' }),
      },
    });
    return {
      engine: 'valkey',
      engineVersion: '8.1',
      cacheNodeType: nodeType,
      cacheParameterGroupName: parameters.ref,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
    };
  }
}

/** What cannot become another in place has another logical id, so that it is made anew, as its name is. */
function variantOf({ cache, datastoreId }: RegionalCacheProps): string {
  const role = datastoreId === undefined ? '' : 'Secondary';
  return cache.shards === undefined ? role : `${role}Shards`;
}

function nodesOf(
  { shards, replicas }: NodesCache,
  datastoreId: string | undefined,
): Partial<CfnReplicationGroupProps> {
  if (shards === undefined) return { numCacheClusters: replicas + 1 };
  return {
    replicasPerNodeGroup: replicas,
    ...(datastoreId === undefined && { numNodeGroups: shards }),
  };
}

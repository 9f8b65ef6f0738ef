import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { ServerlessCache as ServerlessCacheConfig } from '../../config';
import { CACHE_PORT, isolatedSubnets } from '../network';
import type { CacheNetwork } from './private/admission';
import { admitClient } from './private/admission';

export interface ServerlessCacheProps extends CacheNetwork {
  /** Computed name, at most 40 characters. */
  readonly cacheName: string;
  /** Limits, snapshots and who may use it. */
  readonly cache: ServerlessCacheConfig;
  /** ARN of the Region's data key. */
  readonly keyArn: string;
}

/**
 * The Region's Valkey without nodes: it grows with its use, up to limits, because a loop that fills it
 * is billed by the hour. Over zones, TLS always, cluster mode always: commands with several keys are
 * refused unless all are in one slot.
 *
 * Costs 0.084 USD for each GB and hour, 0.1 GB at least, and 0.0023 USD for a million processing units
 * (a command that moves up to 1 KiB is one).
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/WhatIs.corecomponents.html
 */
export class ServerlessCache extends Construct {
  /** `rediss://host:port?cluster`; known only at deployment. */
  public readonly endpoint: string;

  public constructor(scope: Construct, id: string, props: ServerlessCacheProps) {
    super(scope, id);
    const { cacheName, cache, keyArn } = props;
    const { minStorageGb, minEcpuPerSecond, userGroup } = cache;
    const resource = new CfnServerlessCache(this, 'Resource', {
      serverlessCacheName: cacheName,
      description: 'Copies of sessions and articles',
      engine: 'valkey',
      majorEngineVersion: '8',
      cacheUsageLimits: {
        dataStorage: {
          unit: 'GB',
          maximum: cache.maxStorageGb,
          ...(minStorageGb !== undefined && { minimum: minStorageGb }),
        },
        ecpuPerSecond: {
          maximum: cache.maxEcpuPerSecond,
          ...(minEcpuPerSecond !== undefined && { minimum: minEcpuPerSecond }),
        },
      },
      subnetIds: isolatedSubnets(props.vpc),
      securityGroupIds: [admitClient(this, props)],
      kmsKeyId: keyArn,
      snapshotRetentionLimit: cache.snapshotDays,
      ...(userGroup !== undefined && { userGroupId: userGroup }),
    });
    this.endpoint = `rediss://${resource.attrEndpointAddress}:${CACHE_PORT}?cluster`;
  }
}

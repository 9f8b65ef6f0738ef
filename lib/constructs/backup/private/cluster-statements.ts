import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Kept } from './kept';
import { RESTORED } from './kept';

/** What AWS Backup calls its snapshots of clusters. */
const SNAPSHOTS = 'cluster-snapshot:awsbackup:*';

/** Clusters of Aurora and of Neptune, which is asked by the same API. */
export function takesClusters({ account, region, copied, arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  return [
    new PolicyStatement({
      actions: ['rds:CreateDBClusterSnapshot', 'rds:ListTagsForResource', 'rds:ModifyDBCluster'],
      resources: [...arns],
    }),
    new PolicyStatement({
      actions: [
        'rds:AddTagsToResource',
        'rds:CopyDBClusterSnapshot',
        'rds:CreateDBClusterSnapshot',
        'rds:DeleteDBClusterSnapshot',
        'rds:ListTagsForResource',
        'rds:ModifyDBClusterSnapshotAttribute',
      ],
      resources: copied.map((name) => `arn:aws:rds:${name}:${account}:${SNAPSHOTS}`),
    }),
    look({ account, region }, 'cluster-auto-backup'),
  ];
}

/** Into clusters of AWS Backup's own naming, and away again. */
export function restoresClusters({ account, region, arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  const at = (rest: string): string => `arn:aws:rds:${region}:${account}:${rest}`;
  const restored = at(`cluster:${RESTORED}`);
  return [
    new PolicyStatement({
      actions: ['rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBClusterToPointInTime'],
      resources: [...arns, restored, ...[SNAPSHOTS, 'cluster-pg:*', 'og:*', 'subgrp:*'].map(at)],
    }),
    new PolicyStatement({
      actions: ['rds:AddTagsToResource', 'rds:DeleteDBCluster', 'rds:ListTagsForResource'],
      resources: [restored],
    }),
    look({ account, region }),
  ];
}

/** AWS Backup lists what there is before it names one. */
function look(
  { account, region }: Pick<Kept, 'account' | 'region'>,
  ...more: readonly string[]
): PolicyStatement {
  const kinds = ['cluster', 'cluster-snapshot', ...more];
  return new PolicyStatement({
    actions: [
      'rds:DescribeDBClusterSnapshots',
      'rds:DescribeDBClusters',
      ...(more.length > 0 ? ['rds:DescribeDBClusterAutomatedBackups'] : []),
    ],
    resources: kinds.map((kind) => `arn:aws:rds:${region}:${account}:${kind}:*`),
  });
}

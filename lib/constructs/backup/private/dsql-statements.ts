import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Kept } from './kept';

/**
 * AWS Backup manages what it keeps of DSQL itself, so it also tags the copies. Nothing restores: no
 * plan of AWS Backup tests DSQL.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html
 */
export function takesDsql({ account, copied, arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  return [
    new PolicyStatement({
      actions: [
        'dsql:GetBackupJob',
        'dsql:GetCluster',
        'dsql:ListTagsForResource',
        'dsql:StartBackupJob',
        'dsql:StopBackupJob',
      ],
      resources: [...arns],
    }),
    new PolicyStatement({
      actions: ['backup:TagResource'],
      resources: copied.map((name) => `arn:aws:backup:${name}:${account}:recovery-point:*`),
    }),
    // A list has no resource that it could be bound to.
    new PolicyStatement({ actions: ['dsql:ListClusters'], resources: ['*'] }),
  ];
}

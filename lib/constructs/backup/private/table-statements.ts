import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Kept } from './kept';
import { RESTORED } from './kept';

/**
 * By DynamoDB's advanced backups alone (`StartAwsBackupJob`): those of the older kind are neither
 * copied nor encrypted by the vault's key.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html
 */
export function takesTables({ arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  return [
    new PolicyStatement({
      actions: [
        'dynamodb:DescribeTable',
        'dynamodb:ListTagsOfResource',
        'dynamodb:StartAwsBackupJob',
      ],
      resources: [...arns],
    }),
  ];
}

/** Into tables of AWS Backup's own naming, which DynamoDB fills as whoever restores, and away again. */
export function restoresTables({ account, region, arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  const items = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan'];
  const actions = [...items, 'UpdateItem', 'DeleteTable', 'DescribeTable'];
  return [
    new PolicyStatement({
      actions: [...actions, 'RestoreTableFromAwsBackup', 'TagResource'].map(
        (action) => `dynamodb:${action}`,
      ),
      resources: [`arn:aws:dynamodb:${region}:${account}:table/${RESTORED}`],
    }),
  ];
}

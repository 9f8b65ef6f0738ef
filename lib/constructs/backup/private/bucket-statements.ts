import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Kept } from './kept';
import { RESTORED } from './kept';

const LOOK_AT_BUCKET = [
  's3:GetBucketAcl',
  's3:GetBucketLocation',
  's3:GetBucketVersioning',
  's3:ListBucket',
  's3:ListBucketVersions',
];
const READ_OBJECTS = [
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionTagging',
];

/**
 * Reads all versions, an inventory of them at first, and is told by the bucket's events what is new
 * from then on: AWS Backup turns these events on and makes rules of its own naming for them.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html
 */
export function takesBuckets({ account, region, arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  return [
    new PolicyStatement({
      actions: [
        ...LOOK_AT_BUCKET,
        's3:GetBucketNotification',
        's3:GetBucketTagging',
        's3:GetInventoryConfiguration',
        's3:PutBucketNotification',
        's3:PutInventoryConfiguration',
      ],
      resources: [...arns],
    }),
    new PolicyStatement({ actions: READ_OBJECTS, resources: arns.map((arn) => `${arn}/*`) }),
    new PolicyStatement({
      actions: [
        'events:DeleteRule',
        'events:DescribeRule',
        'events:DisableRule',
        'events:EnableRule',
        'events:ListTargetsByRule',
        'events:PutRule',
        'events:PutTargets',
        'events:RemoveTargets',
      ],
      resources: [`arn:aws:events:${region}:${account}:rule/AwsBackupManagedRule*`],
    }),
    // Lists and metrics have no resource that they could be bound to.
    new PolicyStatement({
      actions: ['cloudwatch:GetMetricData', 'events:ListRules', 's3:ListAllMyBuckets'],
      resources: ['*'],
    }),
  ];
}

/** Into buckets of AWS Backup's own naming, and away again. */
export function restoresBuckets({ arns }: Kept): PolicyStatement[] {
  if (arns.length === 0) return [];
  const restored = `arn:aws:s3:::${RESTORED}`;
  return [
    new PolicyStatement({
      actions: [
        ...LOOK_AT_BUCKET,
        's3:CreateBucket',
        's3:DeleteBucket',
        's3:GetBucketOwnershipControls',
        's3:PutBucketOwnershipControls',
        's3:PutBucketVersioning',
      ],
      resources: [restored],
    }),
    new PolicyStatement({
      actions: [
        ...READ_OBJECTS,
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectAcl',
        's3:PutObjectTagging',
        's3:PutObjectVersionAcl',
      ],
      resources: [`${restored}/*`],
    }),
  ];
}

import { CfnRestoreTestingPlan, CfnRestoreTestingSelection } from 'aws-cdk-lib/aws-backup';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CfnDBSubnetGroup } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { BackupKind, BackupSource } from '../../config';
import { isolatedSubnets } from '../network';

export interface RestoreTestProps {
  /** Computed name of the plan: letters, digits and underscores. */
  readonly planName: string;
  /** Days from one test to the next: 1 or 7. */
  readonly everyDays: 1 | 7;
  /** Whether continuous backups are tested as well. */
  readonly continuous: boolean;
  /** ARN of the vault that it takes backups from. */
  readonly vaultArn: string;
  /** What is restored. */
  readonly targets: readonly Pick<BackupSource, 'subject' | 'kind' | 'arn'>[];
  /** The Region's network. */
  readonly vpc: IVpc;
  /** By which AWS Backup restores. */
  readonly role: IRole;
}

/** What the test has taken is deleted after so long. */
const VALIDATION_HOURS = 1;

/** As AWS Backup calls what it restores. */
const TYPES: Readonly<Record<BackupKind, string | undefined>> = {
  cluster: 'Aurora',
  graph: 'Neptune',
  dsql: undefined,
  table: 'DynamoDB',
  bucket: 'S3',
};

/**
 * Restores the latest backup of each cluster, table and bucket and deletes it again; clusters in subnets
 * without a way out and a group that admits nobody. It proves that one can be made from the backup, not
 * what is in it. AWS bills what stands meanwhile, and what it reads to fill a bucket or a table.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export class RestoreTest extends Construct {
  public constructor(scope: Construct, id: string, props: RestoreTestProps) {
    super(scope, id);
    const { everyDays, targets } = props;
    const inNetwork = targets.some(standsInNetwork) ? this.nowhere(props.vpc) : undefined;
    const plan = new CfnRestoreTestingPlan(this, 'Resource', {
      restoreTestingPlanName: props.planName,
      scheduleExpression: everyDays === 1 ? 'cron(0 9 * * ? *)' : 'cron(0 9 ? * MON *)',
      scheduleExpressionTimezone: 'Etc/UTC',
      startWindowHours: 8,
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [props.vaultArn],
        recoveryPointTypes: props.continuous ? ['SNAPSHOT', 'CONTINUOUS'] : ['SNAPSHOT'],
        selectionWindowDays: 7,
      },
    });
    for (const target of targets) {
      const { subject, kind, arn } = target;
      const protectedResourceType = TYPES[kind];
      if (protectedResourceType === undefined) {
        throw new RangeError(
          `\`targets\` must be what AWS Backup tests, got: ${subject} (${kind})`,
        );
      }
      new CfnRestoreTestingSelection(this, subject, {
        restoreTestingPlanName: plan.ref,
        restoreTestingSelectionName: subject.replaceAll(/\W/g, '_'),
        protectedResourceType,
        protectedResourceArns: [arn],
        iamRoleArn: props.role.roleArn,
        validationWindowHours: VALIDATION_HOURS,
        ...(standsInNetwork(target) &&
          inNetwork !== undefined && { restoreMetadataOverrides: inNetwork }),
      });
    }
  }

  /** Where nobody reaches a cluster, and it reaches nobody. */
  private nowhere(vpc: IVpc): Readonly<Record<string, string>> {
    const subnets = new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: 'Isolated subnets, for what is restored for a test',
      subnetIds: isolatedSubnets(vpc),
    });
    const group = new SecurityGroup(this, 'Nobody', {
      vpc,
      description: 'Admits nobody to what is restored for a test',
      allowAllOutbound: false,
    });
    return {
      dbSubnetGroupName: subnets.ref,
      vpcSecurityGroupIds: JSON.stringify([group.securityGroupId]),
    };
  }
}

function standsInNetwork({ kind }: Pick<BackupSource, 'kind'>): boolean {
  return kind === 'cluster' || kind === 'graph';
}

import { CfnRestoreTestingPlan, CfnRestoreTestingSelection } from 'aws-cdk-lib/aws-backup';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CfnDBSubnetGroup } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
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
  /** What is restored: ARN of the cluster by store and shard. */
  readonly clusters: Readonly<Record<string, string>>;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** By which AWS Backup restores. */
  readonly role: IRole;
}

/** What the test has taken is deleted after so long. */
const VALIDATION_HOURS = 1;

/**
 * Restores the latest backup of each cluster and deletes it again, in subnets without a way out and a
 * group that admits nobody. It proves that a cluster can be made from the backup, not what is in it.
 * AWS bills what stands meanwhile: storage, no instance.
 *
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export class RestoreTest extends Construct {
  public constructor(scope: Construct, id: string, props: RestoreTestProps) {
    super(scope, id);
    const { vpc, everyDays } = props;
    const subnets = new CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: 'Isolated subnets, for what is restored for a test',
      subnetIds: isolatedSubnets(vpc),
    });
    const group = new SecurityGroup(this, 'Nobody', {
      vpc,
      description: 'Admits nobody to what is restored for a test',
      allowAllOutbound: false,
    });
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
    for (const [subject, arn] of Object.entries(props.clusters)) {
      new CfnRestoreTestingSelection(this, subject, {
        restoreTestingPlanName: plan.ref,
        restoreTestingSelectionName: subject.replaceAll('-', '_'),
        protectedResourceType: 'Aurora',
        protectedResourceArns: [arn],
        iamRoleArn: props.role.roleArn,
        validationWindowHours: VALIDATION_HOURS,
        restoreMetadataOverrides: {
          dbSubnetGroupName: subnets.ref,
          vpcSecurityGroupIds: JSON.stringify([group.securityGroupId]),
        },
      });
    }
  }
}

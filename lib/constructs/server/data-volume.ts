import { Tags } from 'aws-cdk-lib';
import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-dlm';
import { CfnVolume } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Protection, Server } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface DataVolumeProps {
  /** Name of the volume; the policy of its snapshots finds it by this tag. */
  readonly volumeName: string;
  /** The zone that it stands in: its server can stand nowhere else. */
  readonly zone: string;
  /** ARN of the key, or of its alias. */
  readonly keyArn: string;
  /** Size, speed and snapshots. */
  readonly server: Pick<Server, 'volume' | 'snapshots'>;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/** How the policy knows the volume. */
const TAG = 'meridian:volume';

/**
 * The one server's data: everything that must outlive the instance, its certificate included, on one
 * volume, so that a snapshot is one moment of all of it. Size and speed are changed in place; a
 * volume of another zone comes from a snapshot.
 *
 * Costs about 0.08 USD a GiB and month, and its snapshots 0.05 USD for each GiB that changed.
 *
 * @stateful snapshots outlive it
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html
 */
export class DataVolume extends Construct {
  /** Id of the volume; known only at deployment. */
  public readonly volumeId: string;

  public constructor(scope: Construct, id: string, props: DataVolumeProps) {
    super(scope, id);
    const { volumeName, server, protection } = props;
    const volume = new CfnVolume(this, 'Resource', {
      availabilityZone: props.zone,
      encrypted: true,
      kmsKeyId: props.keyArn,
      volumeType: 'gp3',
      size: server.volume.gib,
      iops: server.volume.iops,
      throughput: server.volume.mibPerSecond,
    });
    volume.applyRemovalPolicy(lifecycleOf(protection).removalPolicy);
    Tags.of(volume).add('Name', volumeName);
    Tags.of(volume).add(TAG, volumeName);
    this.volumeId = volume.attrVolumeId;
    this.snapshots(props);
  }

  private snapshots({ volumeName, server }: DataVolumeProps): void {
    const role = new Role(this, 'SnapshotRole', {
      assumedBy: new ServicePrincipal('dlm.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSDataLifecycleManagerServiceRole'),
      ],
    });
    const { everyHours, kept } = server.snapshots;
    new CfnLifecyclePolicy(this, 'Snapshots', {
      description: `Snapshots of ${volumeName}`,
      state: 'ENABLED',
      executionRoleArn: role.roleArn,
      policyDetails: {
        resourceTypes: ['VOLUME'],
        targetTags: [{ key: TAG, value: volumeName }],
        schedules: [
          {
            name: `every-${everyHours}-hours`,
            createRule: { interval: everyHours, intervalUnit: 'HOURS', times: ['00:10'] },
            retainRule: { count: kept },
            copyTags: true,
          },
        ],
      },
    });
  }
}

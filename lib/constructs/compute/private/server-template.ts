import { Fn, Stack } from 'aws-cdk-lib';
import { AmazonLinuxCpuType, CfnLaunchTemplate, MachineImage } from 'aws-cdk-lib/aws-ec2';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnInstanceProfile, Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface ServerTemplateProps {
  /** Shown in the console. */
  readonly description: string;
  /** Type that is taken where the group names no others. */
  readonly instanceType: string;
  /** What an instance does at its first start. */
  readonly userData: string;
  /** All that an instance may do. */
  readonly statements: readonly PolicyStatement[];
  /** Groups that an instance belongs to. */
  readonly securityGroups: readonly ISecurityGroup[];
}

/** GiB of the root volume: Amazon Linux with Node.js needs two. */
export const VOLUME_GIB = 8;

/**
 * How instances are started: Amazon Linux 2023 for Graviton, the newest image that the Region has at
 * the time of a deployment, an encrypted volume, and metadata by session only (IMDSv2), which no
 * request that a server is tricked into can reach from another hop.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export class ServerTemplate extends Construct {
  /** The launch template. */
  public readonly resource: CfnLaunchTemplate;
  /** Who an instance is. */
  public readonly role: IRole;

  public constructor(scope: Construct, id: string, props: ServerTemplateProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: props.description,
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [...props.statements],
    });
    const profile = new CfnInstanceProfile(this, 'Profile', { roles: [role.roleName] });
    const image = MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 });
    this.role = role;
    this.resource = new CfnLaunchTemplate(this, 'Resource', {
      launchTemplateData: {
        imageId: image.getImage(this).imageId,
        instanceType: props.instanceType,
        iamInstanceProfile: { arn: profile.attrArn },
        securityGroupIds: props.securityGroups.map(({ securityGroupId }) => securityGroupId),
        userData: Fn.base64(props.userData),
        metadataOptions: {
          httpEndpoint: 'enabled',
          httpTokens: 'required',
          httpPutResponseHopLimit: 1,
          instanceMetadataTags: 'disabled',
        },
        blockDeviceMappings: [
          {
            deviceName: '/dev/xvda',
            ebs: {
              volumeType: 'gp3',
              volumeSize: VOLUME_GIB,
              encrypted: true,
              deleteOnTermination: true,
            },
          },
        ],
        // By the minute: scaling would wait for up to five otherwise.
        monitoring: { enabled: true },
        tagSpecifications: [
          {
            resourceType: 'instance',
            tags: [{ key: 'Name', value: `${Stack.of(this).stackName}-server` }],
          },
        ],
      },
    });
    // An instance uses its rights at once.
    this.resource.node.addDependency(policy);
  }
}

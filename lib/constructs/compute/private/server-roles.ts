import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Policy, PolicyStatement as Statement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Deployment, RegionName, Service } from '../../../config';
import type { ServerImageCache } from '../server-image-cache';
import type { ServerFiles } from './server-files';
import { serviceStatements } from './service-statements';

export interface ServerRolesProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** The declared service. */
  readonly service: Service;
  /** Where the output of servers goes. */
  readonly log: ILogGroup;
  /** What servers start from, beside their image. */
  readonly files: ServerFiles | undefined;
  /** The image that they run. */
  readonly image: ServerImageCache;
}

/** Who starts a task (pulls its image, writes its log), and who it is once it runs. */
export class ServerRoles extends Construct {
  /** Pulls the image and opens the log. */
  public readonly execution: IRole;
  /** The servers themselves. */
  public readonly task: IRole;

  public constructor(scope: Construct, id: string, props: ServerRolesProps) {
    super(scope, id);
    const { deployment, region } = props;
    this.execution = this.role('Execution', props, 'Starts the servers', startStatements(props));
    this.task = this.role('Task', props, 'The servers', [
      ...(props.files?.statements ?? []),
      ...serviceStatements(deployment, region, props.service.grants),
    ]);
  }

  private role(
    id: string,
    { deployment, region }: ServerRolesProps,
    description: string,
    statements: PolicyStatement[],
  ): IRole {
    const role = new Role(this, id, {
      description,
      // Only for tasks of this account and Region, not for those of whoever knows the ARN.
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${deployment.account}:*` },
          StringEquals: { 'aws:SourceAccount': deployment.account },
        },
      }),
    });
    new Policy(this, `${id}Policy`, { roles: [role], statements });
    return role;
  }
}

function startStatements({ log, image }: ServerRolesProps): PolicyStatement[] {
  return [
    // Has no resource that it could be bound to.
    new Statement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    new Statement({
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:BatchImportUpstreamImage',
        'ecr:GetDownloadUrlForLayer',
      ],
      resources: [image.repositoryArn],
    }),
    new Statement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [log.logGroupArn],
    }),
  ];
}

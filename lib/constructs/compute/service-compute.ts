import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ITargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IConstruct, IDependable } from 'constructs';
import type { Deployment, RegionName, Service } from '../../config';

/** A kind of compute, as a declaration names it. */
export type ComputeKind = 'lambda' | 'fargate' | 'ec2';

/** A service on one kind of compute: whatever runs it, it is the same bundle with the same rights. */
export interface IServiceCompute extends IConstruct {
  readonly kind: ComputeKind;
  /** Name by which CloudWatch knows it: of the function, the service, or the Auto Scaling group. */
  readonly metricName: string;
}

/** What every kind of compute is made from. */
export interface ServiceComputeProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** The declared service. */
  readonly service: Service;
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that the databases and the cache admit. */
  readonly securityGroup: ISecurityGroup;
  /** Address of the Region's cache, `rediss://host:port`. @default none */
  readonly cacheEndpoint?: string;
}

/** What servers are made from, on tasks and on instances alike. */
export interface ServerComputeProps extends ServiceComputeProps {
  /** Files that servers start from, by absolute path. */
  readonly files: { readonly server: string; readonly certificates: string };
  /** The module that a server starts with, as text. */
  readonly bootstrap: string;
  /** Where the load balancer finds the servers, and from which groups it calls them. */
  readonly target: ServerTarget;
}

/** A load balancer, as seen from the servers behind it. */
export interface ServerTarget {
  readonly group: ITargetGroup;
  readonly callers: readonly ISecurityGroup[];
  /** What connections move by from old tasks to new ones. @default they do not */
  readonly shift?: ServerShift | undefined;
  /** Servers are refused before their target group has a load balancer. */
  readonly listener: IDependable;
  /** Names that label the number of requests for each target. */
  readonly label: string;
}

/** The other of two groups that tasks register with in turn, and the listener that is moved. */
export interface ServerShift {
  readonly alternate: ITargetGroup;
  readonly listenerArn: string;
  /** `net/NAME/ID` of the load balancer, and `targetgroup/NAME/ID` of both groups, as metrics know them. */
  readonly metrics: { readonly loadBalancer: string; readonly targetGroups: readonly string[] };
}

/** Port that servers listen on. */
export const SERVER_PORT = 8080;

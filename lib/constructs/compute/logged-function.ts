import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Policy, PolicyStatement as Statement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Architecture,
  CfnFunction,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface LoggedFunctionProps {
  /** Shown in the console. */
  readonly description: string;
  /** A bundle whose `index.mjs` exports `handler`. */
  readonly code: Code;
  /** How long one invocation may take, at most 15 minutes. */
  readonly timeout: Duration;
  /** Everything the function may do besides writing its log. */
  readonly statements: readonly PolicyStatement[];
  /** A computed name, where others call it by that. @default one that CloudFormation generates */
  readonly functionName?: string;
  /** In MiB, 128 to 10240; processor time grows with it. @default 256 */
  readonly memoryMiB?: number;
  /** @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Network of the private subnets it runs in. @default outside of any VPC */
  readonly network?: { readonly vpc: IVpc; readonly securityGroup: ISecurityGroup };
  /** How long log events are kept. @default one month */
  readonly logRetention?: RetentionDays;
  /** Most invocations at the same time, set aside from the account's. @default any */
  readonly concurrency?: number;
  /** Whether Lambda traces its calls. @default false */
  readonly traced?: boolean;
}

/** What a function in a VPC needs; EC2 has no narrower resource for it. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** What Lambda writes by the function's role where it traces; X-Ray knows no narrower resource. */
const TRACE = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/**
 * A Lambda function as all of ours are: Node.js on Graviton, a log group of its own with a bounded
 * retention, and a role that holds exactly the given statements, in place of the managed policies
 * that may write any log of the account.
 */
export class LoggedFunction extends Construct {
  /** The function. */
  public readonly function: IFunction;
  /** Of its log. */
  public readonly logGroupName: string;
  /** The function's role. */
  public readonly role: IRole;

  public constructor(scope: Construct, id: string, props: LoggedFunctionProps) {
    super(scope, id);
    const { network } = props;
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      description: props.description,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new Statement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        ...(network ? [new Statement({ actions: NETWORK_INTERFACES, resources: ['*'] })] : []),
        ...(props.traced === true ? [new Statement({ actions: TRACE, resources: ['*'] })] : []),
        ...props.statements,
      ],
    });
    this.role = role;
    this.function = new LambdaFunction(this, 'Function', {
      ...(props.functionName !== undefined && { functionName: props.functionName }),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      timeout: props.timeout,
      memorySize: props.memoryMiB ?? 256,
      ...(props.concurrency !== undefined && { reservedConcurrentExecutions: props.concurrency }),
      environment: { ...props.environment },
      role,
      logGroup,
      ...(network && {
        vpc: network.vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [network.securityGroup],
      }),
    });
    // The library's own property would add a policy of its own.
    const resource = this.function.node.defaultChild;
    if (props.traced === true && resource instanceof CfnFunction)
      resource.tracingConfig = { mode: 'Active' };
    // Lambda attaches network interfaces with the role's rights, so they must be there before it is.
    this.logGroupName = logGroup.logGroupName;
    this.function.node.addDependency(policy);
  }
}

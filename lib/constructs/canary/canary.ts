import { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { LoggedFunction, ScheduledFunction } from '../compute';

export interface CanaryProps {
  /** Computed name of the schedule. */
  readonly scheduleName: string;
  /** Account whose schedules alone may call. */
  readonly account: string;
  /** The Region's network, from whose addresses it asks. */
  readonly vpc: IVpc;
  /** What is asked, as the handler takes it. */
  readonly targets: readonly unknown[];
  /** Namespace of the metrics. */
  readonly namespace: string;
  /** Name of the secret that doors demand. */
  readonly originSecret: string;
  /** What reading that secret takes. */
  readonly secretStatements: readonly PolicyStatement[];
  /** Directory of the bundled handler lib/handlers/canary. */
  readonly handler: string;
}

/** Less than the minute until the next call; the handler needs half of it at the most. */
const TIMEOUT = Duration.seconds(45);

/**
 * Each minute asks names of the product as a client does, on connections of their own, from the Region's
 * network, whose addresses doors admit. One call at a time; one that fails is not repeated, because the
 * next one comes anyway, and silence is told by the alarms.
 *
 * Costs 0.30 USD a month for each of two metrics of each target, and about 0.10 USD for its calls.
 */
export class Canary extends ScheduledFunction {
  public constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    const { vpc } = props;
    const securityGroup = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'Canaries',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'What is asked, and AWS APIs');
    const code = new LoggedFunction(this, 'Code', {
      description: `${props.scheduleName}: asks the product as its users do`,
      code: Code.fromAsset(props.handler),
      timeout: TIMEOUT,
      memoryMiB: 128,
      concurrency: 1,
      environment: {
        TARGETS: JSON.stringify(props.targets),
        NAMESPACE: props.namespace,
        ORIGIN_SECRET: props.originSecret,
      },
      statements: props.secretStatements,
      network: { vpc, securityGroup },
    });
    const { scheduleName: name, account } = props;
    this.callOnSchedule({
      ...{ functionArn: code.function.functionArn, caller: name, account },
      schedule: {
        name,
        description: 'Asks the product as its users do',
        // The twin, which is asked by its own drills, leaves it out by its namespace.
        scheduleExpression: 'cron(* * * * ? *)',
      },
      target: { retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 } },
    });
  }
}

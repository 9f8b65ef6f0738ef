import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ConsumerDeclaration } from '../../config';
import { LoggedFunction } from '../compute';
import { workFunction } from './private/work-function';

export interface WorkFunctionProps {
  /** Shown in the console. */
  readonly description: string;
  /** Directory with the function's `index.mjs`. */
  readonly bundle: string;
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that it may do beside its log. */
  readonly statements: readonly PolicyStatement[];
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Group that databases and cache admit. */
  readonly securityGroup: ISecurityGroup;
  /** Whether Lambda traces its calls. @default false */
  readonly traced?: boolean;
}

export interface QueueConsumerProps extends WorkFunctionProps {
  /** ARN of the queue, in the same Region. */
  readonly queueArn: string;
  /** The declared consumer. */
  readonly consumer: Required<ConsumerDeclaration>;
}

/**
 * A function behind a queue, in the service's network. Of a batch only what it names as failed comes
 * again. Its concurrency is bounded, because each invocation takes connections of the databases; what
 * waits, waits in the queue, where an alarm hears of it.
 *
 * Costs what its invocations cost; the polling is requests to the queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export class QueueConsumer extends Construct {
  public constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    const { consumer } = props;
    const code = new LoggedFunction(this, 'Code', workFunction(props, consumer));
    const mapping = new CfnEventSourceMapping(this, 'Messages', {
      eventSourceArn: props.queueArn,
      functionName: code.function.functionArn,
      batchSize: consumer.batchSize,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: consumer.maxConcurrency },
    });
    // Lambda asks with the role's rights whether it may receive.
    mapping.node.addDependency(code);
  }
}

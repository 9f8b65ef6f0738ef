import type { IAspect } from 'aws-cdk-lib';
import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the functions that the library itself adds (they empty a bucket, or close a VPC's default
 * security group) a log group with a bounded retention; without one Lambda makes a log group that
 * keeps everything for ever and outlives the stack.
 */
export class LogRetention implements IAspect {
  public visit(node: IConstruct): void {
    if (!(node instanceof CfnResource) || node instanceof CfnFunction) return;
    if (node.cfnResourceType !== 'AWS::Lambda::Function' || node.node.tryFindChild('Log')) return;
    const log = new LogGroup(node, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    node.addPropertyOverride('LoggingConfig', { LogGroup: log.logGroupName });
  }
}

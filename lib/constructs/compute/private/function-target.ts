import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib';
import type {
  IApplicationLoadBalancerTarget,
  IApplicationTargetGroup,
  LoadBalancerTargetProps,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/**
 * A function behind a load balancer. Unlike the library's `LambdaTarget` it lets only target groups
 * of the same account and Region invoke the function: the service principal alone would let anybody's.
 * (By pattern: the exact target group cannot be named, it is created after the permission.)
 */
export class FunctionTarget implements IApplicationLoadBalancerTarget {
  public constructor(private readonly target: IFunction) {}

  public attachToApplicationTargetGroup(group: IApplicationTargetGroup): LoadBalancerTargetProps {
    const { account, region } = Stack.of(group);
    this.target.addPermission('LoadBalancer', {
      principal: new ServicePrincipal('elasticloadbalancing.amazonaws.com'),
      sourceArn: `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/*`,
    });
    group.node.addDependency(this.target);
    return { targetType: TargetType.LAMBDA, targetJson: { id: this.target.functionArn } };
  }
}

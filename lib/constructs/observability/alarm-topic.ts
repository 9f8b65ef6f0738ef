import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** Computed name, the same in every Region. */
  readonly topicName: string;
  /** ARN that follows from the name. */
  readonly topicArn: string;
  /** Alias of the Region's data key, which CloudWatch may use. */
  readonly keyAlias: string;
  /** Account whose alarms may publish. */
  readonly account: string;
}

/**
 * Where a Region's alarms go, encrypted. Each Region has its own, so that one that is lost takes no
 * other's alarms with it. Who is called is subscribed by the operators: docs/runbook.md says how.
 */
export class AlarmTopic extends Construct {
  public constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Resource', {
      topicName: props.topicName,
      kmsMasterKeyId: props.keyAlias,
    });
    const publish = new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [props.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': props.account } },
    });
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: { Version: '2012-10-17', Statement: [publish.toStatementJson()] },
    });
  }
}

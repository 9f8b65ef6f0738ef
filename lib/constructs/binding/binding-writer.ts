import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindingConsumers, bindingParameter } from '../../config';
import type { Binding, Deployment } from '../../config';
import { LoggedFunction } from '../compute';

export interface BindingWriterProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** One of the closed list of lib/config/bindings.ts. */
  readonly binding: Binding;
  /** The id that AWS generated. */
  readonly value: string;
  /** Directory of the bundled handler lib/handlers/binding. */
  readonly handler: string;
}

/**
 * Writes an id that AWS generated into an SSM parameter of a computed name in each Region that reads
 * it, when its stack is deployed and at no other time. Consumers read it with {@link BindingReader}
 * and declare a dependency on this stack. Replaces the library's references between Regions, whose
 * consumers either miss changes or cannot be deployed while the other Region is down.
 */
export class BindingWriter extends Construct {
  public constructor(scope: Construct, id: string, props: BindingWriterProps) {
    super(scope, id);
    const { deployment, binding } = props;
    const name = bindingParameter(deployment, binding);
    const regions = bindingConsumers(deployment, binding);
    if (regions.length === 0) {
      throw new RangeError(`\`binding\` must have a consuming Region, got: ${name} with none`);
    }
    const writer = new LoggedFunction(this, 'Writer', {
      description: `Writes ${name} into the Regions that read it`,
      code: Code.fromAsset(props.handler),
      timeout: Duration.seconds(60),
      statements: [
        new PolicyStatement({
          actions: ['ssm:DeleteParameter', 'ssm:PutParameter'],
          resources: regions.map(
            (region) => `arn:aws:ssm:${region}:${deployment.account}:parameter${name}`,
          ),
        }),
      ],
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: writer.function.functionArn,
      serviceTimeout: Duration.seconds(120),
      resourceType: 'Custom::MeridianBinding',
      properties: { Name: name, Value: props.value, Regions: regions },
    });
    resource.node.addDependency(writer);
  }
}

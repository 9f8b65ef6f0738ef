import { CfnParameter } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { bindingParameter } from '../../config';
import type { Binding, Deployment } from '../../config';

export interface BindingReaderProps {
  /** The resolved declaration. */
  readonly deployment: Pick<Deployment, 'name'>;
  /** One of the closed list of lib/config/bindings.ts. */
  readonly binding: Binding;
}

/**
 * Reads what a {@link BindingWriter} of another Region's stack wrote: a CloudFormation parameter that
 * is resolved in this Region when the stack is deployed, so every deployment sees the present value
 * and none asks the other Region.
 */
export class BindingReader extends Construct {
  /** The id; known only at deployment. */
  public readonly value: string;

  public constructor(scope: Construct, id: string, props: BindingReaderProps) {
    super(scope, id);
    const parameter = new CfnParameter(this, 'Resource', {
      type: 'AWS::SSM::Parameter::Value<String>',
      default: bindingParameter(props.deployment, props.binding),
      description: `Binding ${props.binding.kind}, written by the stack that owns it`,
    });
    this.value = parameter.valueAsString;
  }
}

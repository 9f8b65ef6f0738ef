import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Deployment } from '../../config';
import { BindingReader } from '../../constructs/binding';

export interface ZoneReferenceProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
}

/** The product's zone: the declared one, or the one of the `zone` stack by its binding. */
export class ZoneReference extends Construct {
  /** To put records into. */
  public readonly zone: IHostedZone;

  public constructor(scope: Construct, id: string, props: ZoneReferenceProps) {
    super(scope, id);
    const { deployment } = props;
    const hostedZoneId =
      deployment.zone?.id ??
      new BindingReader(this, 'Id', { deployment, binding: { kind: 'zone-id' } }).value;
    this.zone = HostedZone.fromHostedZoneAttributes(this, 'Resource', {
      hostedZoneId,
      zoneName: deployment.domainName,
    });
  }
}

import type { Construct } from 'constructs';
import { BindingWriter } from '../constructs/binding';
import { PublicZone } from '../constructs/routing';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface ZoneProps extends MeridianStackProps {
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** The product's zone, where the declaration names none: created first, retained, in no Region's hands. */
export class Zone extends MeridianStack {
  public constructor(scope: Construct, id: string, props: ZoneProps) {
    const { deployment, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'zone',
      region: deployment.edgeRegion,
      regional: false,
      stateful: true,
      description: `${deployment.name}: public hosted zone ${deployment.domainName}`,
    });
    const zone = new PublicZone(this, 'Public', {
      zoneName: deployment.domainName,
      protection: deployment.protection,
    });
    new BindingWriter(this, 'Id', {
      deployment,
      binding: { kind: 'zone-id' },
      value: zone.hostedZoneId,
      handler: artifacts.handlers.binding,
    });
  }
}

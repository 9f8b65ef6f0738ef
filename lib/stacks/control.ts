import type { Construct } from 'constructs';
import { ControlTable } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

/** Who writes what: the strongly consistent table of the topology document, in the control Regions. */
export class Control extends MeridianStack {
  public constructor(scope: Construct, id: string, props: MeridianStackProps) {
    const { deployment } = props;
    const [region] = deployment.controlRegions;
    if (region === undefined)
      throw new RangeError('`controlRegions` must be three Regions, got: 0');
    super(scope, id, {
      deployment,
      kind: 'control',
      region,
      regional: false,
      stateful: true,
      description: `${deployment.name}: topology document`,
    });
    new ControlTable(this, 'Topology', { deployment, partitionKey: 'id' });
  }
}

import type { Construct } from 'constructs';
import { DataKey } from '../constructs/security';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

/**
 * The data key of the edge's Region, where no Region of ours serves there: alarms about Regions are
 * told from there, through a topic that is encrypted.
 */
export class EdgeFoundation extends MeridianStack {
  public constructor(scope: Construct, id: string, { deployment }: MeridianStackProps) {
    super(scope, id, {
      deployment,
      kind: 'edge-foundation',
      region: deployment.edgeRegion,
      regional: false,
      stateful: true,
      description: `${deployment.name}: data key of ${deployment.edgeRegion}`,
    });
    const { account, protection, observability } = deployment;
    const usedByBudgets = observability.budget !== undefined;
    new DataKey(this, 'DataKey', {
      aliasName: this.names.keyAlias(),
      ...{ account, protection, usedByBudgets },
    });
  }
}

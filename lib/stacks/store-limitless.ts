import type { Construct } from 'constructs';
import type { LimitlessStore } from '../config';
import { DatabaseSecurityGroup, LimitlessCluster } from '../constructs/database';
import type { NetworkOutputs } from './network';
import type { MeridianStackProps } from './private/meridian-stack';
import { StoreStack } from './private/store-stack';

export interface StoreLimitlessProps extends MeridianStackProps {
  /** The store whose cluster this is. */
  readonly store: LimitlessStore;
  /** What the network stack of the store's Region offers. */
  readonly network: NetworkOutputs;
}

/** The cluster of an `aurora-limitless` store with its shard group, in its one Region. */
export class StoreLimitless extends StoreStack {
  public constructor(scope: Construct, id: string, props: StoreLimitlessProps) {
    const { deployment, store, network } = props;
    super(scope, id, { deployment, store, what: 'sharded database' });
    const { vpc, serviceGroup } = network;
    const securityGroup = new DatabaseSecurityGroup(this, 'PostgreSql', {
      vpc,
      clients: { Service: serviceGroup },
      description: 'PostgreSQL from the service of this Region',
    });
    const { region } = this;
    new LimitlessCluster(this, 'Limitless', { deployment, region, store, vpc, securityGroup });
  }
}

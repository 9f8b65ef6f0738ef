import type { Construct } from 'constructs';
import { Names } from '../config';
import type { KeyspacesStore } from '../config';
import { WideColumnKeyspace } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface StoreKeyspaceProps extends MeridianStackProps {
  /** The store whose keyspace this is. */
  readonly store: KeyspacesStore;
}

/** The keyspace of a store with its tables in all of its Regions; it stands in the first of them. */
export class StoreKeyspace extends MeridianStack {
  public constructor(scope: Construct, id: string, props: StoreKeyspaceProps) {
    const { deployment, store } = props;
    const [region] = store.regions;
    if (region === undefined) {
      throw new RangeError(`\`store.regions\` must not be empty, got: ${store.name} in none`);
    }
    super(scope, id, {
      deployment,
      kind: 'store',
      region,
      regional: false,
      stackName: new Names(deployment).storeStack(store.name),
      stateful: true,
      description: `${deployment.name}: keyspace of ${store.name}`,
    });
    new WideColumnKeyspace(this, 'Keyspace', { deployment, store });
  }
}

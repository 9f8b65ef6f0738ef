import type { Construct } from 'constructs';
import { Names } from '../../config';
import type { Store } from '../../config';
import type { MeridianStackProps } from './meridian-stack';
import { MeridianStack } from './meridian-stack';
import type { RegionalStackProps } from './regional';

export interface StoreStackProps extends MeridianStackProps {
  /** The store that stands in this stack. */
  readonly store: Pick<Store, 'name' | 'regions'>;
  /** What of it, for people: `tables`. */
  readonly what: string;
}

/** All of a store, replicas in other Regions included; it stands in the first of the store's Regions. */
export abstract class StoreStack extends MeridianStack {
  /** @throws RangeError for a store in no Region */
  protected constructor(
    scope: Construct,
    id: string,
    { deployment, store, what }: StoreStackProps,
  ) {
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
      description: `${deployment.name}: ${what} of ${store.name}`,
    });
  }
}

export interface RegionalStoreStackProps extends RegionalStackProps {
  /** The store of which a part stands in this stack. */
  readonly store: Pick<Store, 'name'>;
  /** What stands here, for people: `graph NAME`. */
  readonly what: string;
}

/** What of a store stands in one Region. */
export abstract class RegionalStoreStack extends MeridianStack {
  protected constructor(
    scope: Construct,
    id: string,
    { deployment, region, store, what }: RegionalStoreStackProps,
  ) {
    super(scope, id, {
      deployment,
      kind: 'store',
      stackName: new Names(deployment).storeStack(store.name, region.name),
      region: region.name,
      regional: true,
      stateful: true,
      description: `${deployment.name}: ${what} in ${region.name}`,
    });
  }
}

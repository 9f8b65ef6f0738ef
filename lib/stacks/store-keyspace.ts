import type { Construct } from 'constructs';
import type { KeyspacesStore } from '../config';
import { WideColumnKeyspace } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { StoreStack } from './private/store-stack';

export interface StoreKeyspaceProps extends MeridianStackProps {
  /** The store whose keyspace this is. */
  readonly store: KeyspacesStore;
}

/** The keyspace of a store with its tables in all of its Regions; it stands in the first of them. */
export class StoreKeyspace extends StoreStack {
  public constructor(scope: Construct, id: string, props: StoreKeyspaceProps) {
    const { deployment, store } = props;
    super(scope, id, { deployment, store, what: 'keyspace' });
    new WideColumnKeyspace(this, 'Keyspace', { deployment, store });
  }
}

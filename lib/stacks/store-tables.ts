import type { Construct } from 'constructs';
import type { DynamoDbStore } from '../config';
import { Names } from '../config';
import { StoreTable } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';

export interface StoreTablesProps extends MeridianStackProps {
  /** The store whose tables these are. */
  readonly store: DynamoDbStore;
}

/**
 * Tables of one `dynamodb` store with their replicas in all of its Regions, of which AWS wants them in
 * one stack. It stands in the store's first Region, and nothing that serves needs it to be up.
 */
export class StoreTables extends MeridianStack {
  public constructor(scope: Construct, id: string, props: StoreTablesProps) {
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
      description: `${deployment.name}: tables of ${store.name}`,
    });
    for (const table of store.tables) {
      new StoreTable(this, pascalCase(table.name), { deployment, store, table });
    }
  }
}

import type { Construct } from 'constructs';
import type { DynamoDbStore } from '../config';
import { StoreTable } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import { StoreStack } from './private/store-stack';

export interface StoreTablesProps extends MeridianStackProps {
  /** The store whose tables these are. */
  readonly store: DynamoDbStore;
}

/**
 * Tables of one `dynamodb` store with their replicas in all of its Regions, of which AWS wants them in
 * one stack. It stands in the store's first Region, and nothing that serves needs it to be up.
 */
export class StoreTables extends StoreStack {
  public constructor(scope: Construct, id: string, props: StoreTablesProps) {
    const { deployment, store } = props;
    super(scope, id, { deployment, store, what: 'tables' });
    for (const table of store.tables) {
      new StoreTable(this, pascalCase(table.name), { deployment, store, table });
    }
  }
}

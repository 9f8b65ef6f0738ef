import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { storesOf } from '../../config';
import type { Deployment, RegionName } from '../../config';
import type { Foundation } from '../../stacks';
import { StoreTables } from '../../stacks';
import { after, of } from './arrange';

/** What stores of other engines than `aurora` stand on. */
export interface StoreNeeds {
  readonly foundations: ReadonlyMap<RegionName, Foundation>;
}

/** Stores of other engines than `aurora`, each in stacks of its own: one more touches no other. */
export function declareStores(
  scope: Construct,
  deployment: Deployment,
  { foundations }: StoreNeeds,
): readonly Stack[] {
  return storesOf(deployment, 'dynamodb').map((store) => {
    const tables = new StoreTables(scope, `Store-${store.name}`, { deployment, store });
    after(
      tables,
      store.regions.map((region) => of(foundations, region)),
    );
    return tables;
  });
}

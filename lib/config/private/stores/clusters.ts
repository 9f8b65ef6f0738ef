import type { Deployment } from '../../deployment';
import type { Field } from '../field';
import { checkHeadless } from './headless';
import { checkProxies } from './proxy';

type Held = Pick<Deployment, 'stores' | 'shards' | 'birthRegion' | 'secretRotationDays'>;

/** What of `aurora` stores shows only beside shards and the product's own properties. */
export function checkClusters(stores: Field, held: Held): void {
  checkProxies(stores, held.stores, held.secretRotationDays);
  checkHeadless(stores, held);
}

import type { Deployment, Domain } from './deployment';
import { storesOf } from './stores';

/**
 * Domains whose role rotates and whose store has a proxy. Their two users take turns, and a proxy knows one user for each of
 * its secrets, so that the one which was left has a secret of its own.
 */
export function rotatedBehindProxies({
  domains,
  stores,
  secretRotationDays,
}: Pick<Deployment, 'domains' | 'stores' | 'secretRotationDays'>): readonly Domain[] {
  if (secretRotationDays === undefined) return [];
  const proxied = storesOf({ stores }, 'aurora').filter(({ proxy }) => proxy !== undefined);
  return domains.filter(({ store }) => proxied.some(({ name }) => name === store));
}

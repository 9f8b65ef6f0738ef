import type { Proxy } from '../../proxy-declaration';
import type { Field } from '../field';
import { integer } from '../rules';

const PROXY = [
  'maxConnectionsPercent',
  'maxIdleConnectionsPercent',
  'borrowTimeoutSeconds',
  'idleClientSeconds',
];

/** The proxies of an `aurora` store; `undefined` for none. */
export function readProxy(field: Field | undefined, instances: number): Proxy | undefined {
  if (field?.present !== true || field.value === false) return undefined;
  const at = field.properties(PROXY);
  // A cluster's own reader endpoint gives the writer then; a proxy's refuses.
  if (instances < 2) {
    const found = `${instances} instance`;
    field.reject('nothing, or `instancesPerRegion` of 2 or more: its readers need one', found);
  }
  const percent = at?.('maxConnectionsPercent').optional(integer(1, 95), 80) ?? 80;
  const half = Math.floor(percent / 2);
  return {
    maxConnectionsPercent: percent,
    maxIdleConnectionsPercent:
      at?.('maxIdleConnectionsPercent').optional(integer(0, percent), half) ?? half,
    borrowTimeoutSeconds: at?.('borrowTimeoutSeconds').optional(integer(1, 300), 5) ?? 5,
    idleClientSeconds: at?.('idleClientSeconds').optional(integer(60, 28_800), 1800) ?? 1800,
  };
}

import type { ExistingNetwork, RegionName } from '../../lib/config';
import { defaultZones } from '../../lib/config';

/** A network of somebody else in a Region: 172.N.0.0/16 and ids with N in them. */
export function existingNetwork(region: RegionName, number: number): ExistingNetwork {
  const idOf = (kind: string, at: number): string =>
    `${kind}-${number.toString(16).padStart(8, '0')}${at.toString(16).padStart(9, '0')}`;
  const subnetOf = (at: number) => ({ subnet: idOf('subnet', at), routeTable: idOf('rtb', at) });
  const zones = defaultZones(region).map((zone, at) => {
    const kinds = { public: subnetOf(at), private: subnetOf(at + 3), isolated: subnetOf(at + 6) };
    return [zone, kinds] as const;
  });
  return {
    ...{ vpcId: idOf('vpc', 0), cidr: `172.${number}.0.0/16` },
    natAddresses: [1, 2, 3].map((last) => `198.51.${number}.${last}`),
    zones: Object.fromEntries(zones),
  };
}

import type { Charge, Properties, Unpriced } from './charges';

/** Of gp3, what its price by the GB includes. */
const INCLUDED = { Iops: 3000, Throughput: 125 } as const;

/** A volume as large as it is made; snapshots are driven by use. */
export function volume(properties: Properties): readonly (Charge | Unpriced)[] {
  const type = properties.value('VolumeType');
  if (type !== 'gp3') return [{ reason: `volume of type ${JSON.stringify(type)}` }];
  const size = Number(properties.value('Size'));
  if (!(size > 0)) return [{ reason: 'size of the volume' }];
  const faster = Object.entries(INCLUDED).some(
    ([name, included]) => Number(properties.value(name) ?? included) > included,
  );
  const charge: Charge = {
    ...{ service: 'EBS', item: 'GB of gp3 volume', quantity: size, unit: 'month' },
    price: 'ebs.gp3GbMonth',
  };
  return faster
    ? [charge, { reason: 'speed of the volume beyond what its size includes' }]
    : [charge];
}

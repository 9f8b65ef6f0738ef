/** Sizes of Graviton instances, by vCPUs. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['medium', 1],
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
  ['4xlarge', 16],
  ['8xlarge', 32],
  ['12xlarge', 48],
  ['16xlarge', 64],
]);
/** GiB of memory for each vCPU, by the letter of the family. */
const MEMORY: ReadonlyMap<string, number> = new Map([
  ['c', 2],
  ['m', 4],
  ['r', 8],
]);
const GRAVITON = /^([cmr])[78]gn?\.(\w+)$/;

export interface InstanceSize {
  readonly vcpus: number;
  readonly memoryGiB: number;
}

/** Families and sizes that {@link instanceSize} knows, for a person. */
export const INSTANCE_TYPES =
  `a Graviton type of c7g, m7g, r7g, c8g, m8g or r8g (or its network-optimized kind) in the size ` +
  `${[...SIZES.keys()].join(', ')}, such as "c7g.large"`;

/**
 * What a Graviton instance type has; `undefined` for any other.
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function instanceSize(instanceType: string): InstanceSize | undefined {
  const [, family = '', size = ''] = GRAVITON.exec(instanceType) ?? [];
  const [vcpus, each] = [SIZES.get(size), MEMORY.get(family)];
  return vcpus === undefined || each === undefined ? undefined : { vcpus, memoryGiB: vcpus * each };
}

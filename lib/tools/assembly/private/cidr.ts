/**
 * `Fn::Cidr` for IPv4: the first `count` blocks of `2^bits` addresses inside `block`.
 *
 * @returns undefined where CloudFormation would refuse
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
 */
export function subnets(block: string, count: number, bits: number): string[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(block);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  const prefix = parts.pop() ?? 33;
  if (prefix > 32 || parts.some((octet) => octet > 255)) return undefined;
  const inRange = (value: number, most: number) =>
    Number.isInteger(value) && value >= 1 && value <= most;
  if (!inRange(count, 256) || !inRange(bits, 32 - prefix)) return undefined;
  if (count > 2 ** (32 - prefix - bits)) return undefined;
  const address = parts.reduce((sum, octet) => sum * 256 + octet, 0);
  const base = address - (address % 2 ** (32 - prefix));
  return Array.from({ length: count }, (_, at) => dotted(base + at * 2 ** bits, 32 - bits));
}

function dotted(address: number, prefix: number): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}

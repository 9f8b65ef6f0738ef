/** An IPv4 block. */
export interface Block {
  readonly text: string;
  /** First address as a number. */
  readonly first: number;
  readonly last: number;
}

/** Reads `10.0.0.0/16`; undefined for anything else. */
export function blockOf(text: string | undefined): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text ?? '');
  if (match === null || text === undefined) return undefined;
  const [prefix = 33, ...octets] = match.slice(1).map(Number).reverse();
  if (prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const address = octets.reduceRight((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  const first = address - (address % size);
  return { text, first, last: first + size - 1 };
}

export function overlaps(one: Block, other: Block): boolean {
  return one.first <= other.last && other.first <= one.last;
}

export function holds(outer: Block, inner: Block): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

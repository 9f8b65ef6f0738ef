/** A block of IPv4 addresses, as numbers. */
export interface Block {
  readonly first: number;
  readonly last: number;
}

/** The addresses of `a.b.c.d/n`; undefined where it is none, or begins inside of its block. */
export function parseBlock(text: string): Block | undefined {
  const [, address = '', length = ''] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(text) ?? [];
  const first = parseAddress(address);
  const bits = Number(length);
  if (first === undefined || length === '' || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

/** An IPv4 address as a number; undefined for anything else. */
export function parseAddress(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part < 256)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : undefined;
}

export function overlap(one: Block, other: Block): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** RFC 1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap(
  (text) => parseBlock(text) ?? [],
);

export function isPrivate({ first, last }: Block): boolean {
  return PRIVATE.some((block) => block.first <= first && last <= block.last);
}

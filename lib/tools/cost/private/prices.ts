import file from '../prices/us-east-1.json';

/** A price with where it was read. */
export interface Price {
  /** US dollars a unit. */
  readonly usd: number;
  readonly source: string;
}

interface Entry {
  readonly usd: unknown;
  readonly source: string;
}

/** What the price file says of itself. */
export const PRICES = {
  region: file.region,
  currency: file.currency,
  asOf: file.asOf,
} as const;

/**
 * Price of an entry, for example `alb.hour`; where an entry holds several, `part` picks one: the name
 * of a kind, or the position of a tier. `undefined` where the file does not know it.
 */
export function findPrice(key: string, part?: string | number): Price | undefined {
  const entries: Readonly<Record<string, Entry>> = file.prices;
  const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
  if (entry === undefined) return undefined;
  const { usd, source } = entry;
  const value = part === undefined ? usd : (usd as Readonly<Record<string, unknown>>)[part];
  return typeof value === 'number' ? { usd: value, source } : undefined;
}

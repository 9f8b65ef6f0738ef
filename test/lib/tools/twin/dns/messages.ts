/** Messages built byte by byte, so that they can be wrong in any way. */

export interface QueryParts {
  readonly name?: string;
  readonly type?: number;
  readonly class?: number;
  readonly flags?: number;
  /** Options of an OPT record; without it there is no OPT record. */
  readonly options?: Buffer;
  readonly version?: number;
  readonly payload?: number;
  /** Goes behind everything else. */
  readonly tail?: Buffer;
  readonly counts?: readonly [number, number, number, number];
}

export const ID = 0x1234;

export function query(parts: QueryParts = {}): Buffer {
  const additionals = parts.options === undefined ? 0 : 1;
  const head = words(ID, parts.flags ?? 0x0100, ...(parts.counts ?? [1, 0, 0, additionals]));
  const question = Buffer.concat([
    encodeName(parts.name ?? 'origin.example.com'),
    words(parts.type ?? 1, parts.class ?? 1),
  ]);
  return Buffer.concat([head, question, opt(parts), parts.tail ?? Buffer.alloc(0)]);
}

function opt({ options, version = 0, payload = 1232 }: QueryParts): Buffer {
  if (options === undefined) return Buffer.alloc(0);
  const fixed = Buffer.concat([
    Buffer.from([0]),
    words(41, payload),
    Buffer.from([0, version, 0, 0]),
  ]);
  return Buffer.concat([fixed, words(options.length), options]);
}

/** A client subnet option; its length is that of `address` unless it is told to lie. */
export function subnet(family: number, source: number, scope: number, address: readonly number[]) {
  const data = Buffer.concat([words(family), Buffer.from([source, scope, ...address])]);
  return Buffer.concat([words(8, data.length), data]);
}

export function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => buffer.writeUInt16BE(value, at * 2));
  return buffer;
}

function encodeName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.');
  const parts = labels.map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]),
  );
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** Values in the distinguished encoding of ASN.1 (X.690), as far as a certificate needs them. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  object: 0x06,
  text: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** @param tag of a type, or the first octet of a tag that depends on its place */
export function value(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([tag]), lengthOf(body), body]);
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return value(TAG.sequence, ...parts);
}

/** @param dotted such as `2.5.4.3` */
export function object(dotted: string): Buffer {
  const [first = 0, second = 0, ...more] = dotted.split('.').map(Number);
  return value(TAG.object, Buffer.from([40 * first + second, ...more.flatMap(inSevens)]));
}

/** Until 2049. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\D/g, '');
  return value(TAG.time, `${digits.slice(2, 14)}Z`);
}

/** @param unused bits at the end of the last octet */
export function bits(octets: Buffer, unused = 0): Buffer {
  return value(TAG.bits, Buffer.from([unused]), octets);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets = Buffer.from(length.toString(16).padStart(length < 0x100 ? 2 : 4, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

/** Seven bits in each octet, the highest first; all but the last are marked. */
function inSevens(number: number): readonly number[] {
  const octets = [number & 0x7f];
  for (let left = number >>> 7; left > 0; left >>>= 7) octets.unshift((left & 0x7f) | 0x80);
  return octets;
}

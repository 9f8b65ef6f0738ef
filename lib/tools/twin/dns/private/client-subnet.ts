/** A client's network as a resolver tells it (EDNS Client Subnet, RFC 7871). */
export interface ClientSubnet {
  readonly family: 1 | 2;
  /** Bits of the address that the resolver tells. */
  readonly sourcePrefix: number;
  /** The address in text, host bits zero. */
  readonly address: string;
  /** As received: `sourcePrefix` bits in as few octets as hold them. */
  readonly octets: Buffer;
}

const OCTETS = { 1: 4, 2: 16 } as const;

/**
 * Reads the option's data as strictly as RFC 7871 section 7.1.2 asks: a known family, a scope of
 * zero in a query, exactly the octets that the prefix needs, and no host bits.
 *
 * @returns undefined where it is malformed, which is answered FORMERR
 */
export function readClientSubnet(data: Buffer): ClientSubnet | undefined {
  if (data.length < 4) return undefined;
  const family = data.readUInt16BE(0);
  const sourcePrefix = data.readUInt8(2);
  if (family !== 1 && family !== 2) return undefined;
  if (sourcePrefix > OCTETS[family] * 8 || data.readUInt8(3) !== 0) return undefined;
  const octets = data.subarray(4);
  if (octets.length !== Math.ceil(sourcePrefix / 8)) return undefined;
  const hostBits = octets.length * 8 - sourcePrefix;
  const last = octets.at(-1) ?? 0;
  if ((last & ((1 << hostBits) - 1)) !== 0) return undefined;
  return { family, sourcePrefix, address: text(family, octets), octets };
}

/** The option's data in a response: as received, with the scope for which the answer holds. */
export function writeClientSubnet(subnet: ClientSubnet, scope: number): Buffer {
  const head = Buffer.from([0, subnet.family, subnet.sourcePrefix, scope]);
  return Buffer.concat([head, subnet.octets]);
}

function text(family: 1 | 2, octets: Buffer): string {
  const whole = Buffer.alloc(OCTETS[family]);
  octets.copy(whole);
  if (family === 1) return whole.join('.');
  return Array.from({ length: 8 }, (_, at) => whole.readUInt16BE(at * 2).toString(16)).join(':');
}

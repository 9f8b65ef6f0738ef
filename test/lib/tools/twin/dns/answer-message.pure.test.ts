import { decode, type DecodedPacket, type OptAnswer } from 'dns-packet';
import fc from 'fast-check';
import { answerMessage, Authority, type RecordSet } from '../../../../../lib/tools/twin/dns';
import { ID, query, subnet, words } from './messages';

const record = (name: string, values: readonly string[], region: string): RecordSet => ({
  key: region,
  name,
  type: 'A',
  ttl: 60,
  values,
  evaluateTargetHealth: false,
  policy: region === '' ? { kind: 'simple' } : { kind: 'latency', region },
});

const authority = new Authority({
  zones: ['example.com'],
  records: [
    record('origin.example.com', ['127.1.0.80'], 'west'),
    record('origin.example.com', ['127.2.0.80'], 'east'),
    record('plain.example.com', ['127.0.0.1'], ''),
    record(
      'large.example.com',
      Array.from({ length: 100 }, (_, at) => `127.0.1.${at}`),
      '',
    ),
    record(
      'middle.example.com',
      Array.from({ length: 40 }, (_, at) => `127.0.1.${at}`),
      '',
    ),
  ],
  coordinates: { west: { latitude: 0, longitude: -50 }, east: { latitude: 0, longitude: 50 } },
  address: '127.0.53.1',
  // Even networks are in the west, odd ones and zero in the east.
  locate: (address) => {
    const network = Number(address.split('.')[0]);
    const west = network !== 0 && network % 2 === 0;
    return { coordinates: { latitude: 0, longitude: west ? -50 : 50 } };
  },
});

const WEST = '8.8.8.8';
const send = (message: Buffer, transport: 'udp' | 'tcp' = 'udp') => {
  const response = answerMessage(authority, message, WEST, transport);
  return response && { bytes: response, packet: decode(response) };
};
const optOf = (packet: DecodedPacket) =>
  packet.additionals?.find((it): it is OptAnswer => it.type === 'OPT');
const rcode = (message: Buffer) => {
  const sent = send(message)!;
  return (sent.bytes.readUInt16BE(2) & 0xf) | ((optOf(sent.packet)?.extendedRcode ?? 0) << 4);
};
const addresses = (message: Buffer) =>
  send(message)!.packet.answers!.map((it) => (it.type === 'A' ? it.data : it.type));

const [FORMERR, NXDOMAIN, NOTIMP, REFUSED, BADVERS] = [1, 3, 4, 5, 16];
const NONE = Buffer.alloc(0);

describe('client subnets that RFC 7871 forbids are answered FORMERR', () => {
  const cases: [fault: string, option: Buffer][] = [
    ['family 0', subnet(0, 0, 0, [])],
    ['family 3', subnet(3, 8, 0, [9])],
    ['an IPv4 prefix above 32', subnet(1, 33, 0, [9, 1, 1, 1, 0])],
    ['an IPv6 prefix above 128', subnet(2, 129, 0, [...Array<number>(17).fill(0)])],
    ['a scope in a query', subnet(1, 24, 24, [9, 1, 1])],
    ['an address too short for its prefix', subnet(1, 24, 0, [9, 1])],
    ['an address too long for its prefix', subnet(1, 24, 0, [9, 1, 1, 0])],
    ['no address', subnet(1, 24, 0, [])],
    ['an address where the prefix is zero', subnet(1, 0, 0, [0])],
    ['host bits', subnet(1, 20, 0, [9, 1, 1])],
    ['IPv6 host bits', subnet(2, 33, 0, [32, 1, 13, 184, 1])],
    ['nothing but a family', Buffer.concat([words(8, 2), words(1)])],
    [
      'a length beyond the option',
      Buffer.concat([words(8, 9), Buffer.from([0, 1, 24, 0, 9, 1, 1])]),
    ],
    ['two subnets', Buffer.concat([subnet(1, 24, 0, [9, 1, 1]), subnet(1, 24, 0, [9, 1, 1])])],
    ['half an option header', Buffer.from([0, 8, 0])],
  ];

  it.each(cases)('%s', (_, options) => {
    expect(rcode(query({ options }))).toBe(FORMERR);
    expect(optOf(send(query({ options }))!.packet)).toBeDefined();
    expect(addresses(query({ options }))).toEqual([]);
  });
});

describe('client subnets decide where the client is', () => {
  const ecs = (options: Buffer, name = 'origin.example.com') => {
    const option = optOf(send(query({ options, name }))!.packet)?.options[0];
    return option?.data?.toString('hex');
  };

  it('before the address that asks', () => {
    expect(addresses(query())).toEqual(['127.1.0.80']);
    expect(addresses(query({ options: subnet(1, 24, 0, [9, 1, 1]) }))).toEqual(['127.2.0.80']);
    expect(addresses(query({ options: subnet(1, 24, 0, [10, 1, 1]) }))).toEqual(['127.1.0.80']);
  });

  it('unless the prefix is zero: then the address that asks counts', () => {
    expect(addresses(query({ options: subnet(1, 0, 0, []) }))).toEqual(['127.1.0.80']);
    expect(ecs(subnet(1, 0, 0, []))).toBe('00010000');
  });

  it('come back with the network for which the answer holds', () => {
    expect(ecs(subnet(1, 24, 0, [9, 1, 1]))).toBe('00011818090101');
    expect(ecs(subnet(2, 48, 0, [32, 1, 13, 184, 0, 1]))).toBe('0002303020010db80001');
    expect(ecs(subnet(1, 13, 0, [9, 8]))).toBe('00010d0d0908');
  });

  it('come back with scope zero where the place does not matter', () => {
    expect(ecs(subnet(1, 24, 0, [9, 1, 1]), 'plain.example.com')).toBe('00011800090101');
    expect(ecs(subnet(1, 24, 0, [9, 1, 1]), 'missing.example.com')).toBe('00011800090101');
  });

  it('stand beside options that we do not know', () => {
    const cookie = Buffer.concat([words(10, 8), Buffer.alloc(8, 7)]);
    const options = Buffer.concat([cookie, subnet(1, 24, 0, [9, 1, 1])]);
    expect(addresses(query({ options }))).toEqual(['127.2.0.80']);
  });
});

describe('the answer repeats the query', () => {
  it('with its id, its case, the wish for recursion and no claim to recurse', () => {
    const { bytes, packet } = send(query({ name: 'OriGin.EXAMPLE.com' }))!;
    expect(packet.id).toBe(ID);
    expect(packet.questions?.[0]?.name).toBe('OriGin.EXAMPLE.com');
    expect(packet.answers?.[0]?.name).toBe('OriGin.EXAMPLE.com');
    expect(bytes.readUInt16BE(2)).toBe(0x8500);
    expect(send(query({ flags: 0 }))!.bytes.readUInt16BE(2)).toBe(0x8400);
  });

  it('byte by byte, also where a label is not text', () => {
    const message = query({ name: 'ab.example.com' });
    message[13] = 0xff;
    message[14] = 0x2e;
    const { bytes } = send(message)!;
    expect(bytes.subarray(12, message.length)).toEqual(message.subarray(12));
    expect(bytes[3]! & 0xf).toBe(NXDOMAIN);
  });

  it('with EDNS only to those who speak it', () => {
    expect(send(query())!.packet.additionals).toEqual([]);
    expect(optOf(send(query({ options: NONE }))!.packet)?.udpPayloadSize).toBe(1232);
  });
});

describe('what is not a plain question', () => {
  it.each([
    ['another EDNS version', query({ options: NONE, version: 1 }), BADVERS],
    [
      'another version with a bad subnet',
      query({ options: subnet(3, 0, 0, []), version: 1 }),
      BADVERS,
    ],
    ['another class', query({ class: 3 }), REFUSED],
    ['any class', query({ class: 255 }), REFUSED],
    ['another zone', query({ name: 'example.org' }), REFUSED],
    ['a missing name', query({ name: 'missing.example.com' }), NXDOMAIN],
    ['a zone transfer', query({ name: 'example.com', type: 252 }), REFUSED],
    ['NOTIFY', query({ flags: 0x2000 }), NOTIMP],
    ['UPDATE', query({ flags: 0x2800 }), NOTIMP],
    ['no question', query({ counts: [0, 0, 0, 0] }), FORMERR],
    ['two questions', query({ counts: [2, 0, 0, 0] }), FORMERR],
    ['an answer in a query', query({ counts: [1, 1, 0, 0] }), FORMERR],
    ['a record that is not there', query({ counts: [1, 0, 0, 1] }), FORMERR],
    ['bytes behind the end', query({ tail: Buffer.from([1]) }), FORMERR],
    [
      'a compressed question',
      Buffer.concat([query().subarray(0, 12), words(0xc00c, 1, 1)]),
      FORMERR,
    ],
    ['a name without end', query().subarray(0, 20), FORMERR],
    ['a label above 63 bytes', query({ name: `${'a'.repeat(64)}.example.com` }), FORMERR],
    ['a name above 255 bytes', query({ name: `${'abcdefghi.'.repeat(25)}example.com` }), FORMERR],
    [
      'two OPT records',
      query({
        options: NONE,
        counts: [1, 0, 0, 2],
        tail: Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]),
      }),
      FORMERR,
    ],
  ])('%s: %#', (_, message, expected) => {
    expect(rcode(message)).toBe(expected);
    expect(addresses(message)).toEqual([]);
  });

  it.each([
    ['a response', query({ flags: 0x8000 })],
    ['less than a header', query().subarray(0, 11)],
    ['nothing', NONE],
  ])('%s is not answered', (_, message) => {
    expect(send(message)).toBeUndefined();
  });
});

describe('size', () => {
  const TC = 0x0200;
  const flags = (message: Buffer, transport: 'udp' | 'tcp') =>
    send(message, transport)!.bytes.readUInt16BE(2);

  it('cuts what does not fit the client, and TCP carries it', () => {
    const message = query({ name: 'large.example.com' });
    expect(flags(message, 'udp') & TC).toBe(TC);
    expect(send(message)!.packet.answers).toEqual([]);
    expect(flags(message, 'tcp') & TC).toBe(0);
    expect(send(message, 'tcp')!.packet.answers).toHaveLength(100);
  });

  it('takes what the client offers, up to 1232 bytes', () => {
    const name = 'middle.example.com';
    expect(flags(query({ name }), 'udp') & TC).toBe(TC);
    expect(flags(query({ name, options: NONE, payload: 1232 }), 'udp') & TC).toBe(0);
    expect(flags(query({ name, options: NONE, payload: 100 }), 'udp') & TC).toBe(TC);
    const large = query({ name: 'large.example.com', options: NONE, payload: 4096 });
    expect(flags(large, 'udp') & TC).toBe(TC);
  });
});

it('any bytes are answered with a message that can be read, or not at all', () => {
  const seeds = [query(), query({ options: subnet(1, 24, 0, [9, 1, 1]) })];
  const damaged = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(60), fc.nat(255))), fc.nat(70))
    .map(([seed, changes, length]) => {
      const message = Buffer.from(seed);
      for (const [at, value] of changes) message[at % message.length] = value;
      return message.subarray(0, length);
    });
  const random = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(damaged, random), (message) => {
      const sent = send(message);
      if (sent !== undefined) expect(sent.packet.id).toBe(message.readUInt16BE(0));
    }),
    { numRuns: 3000 },
  );
});

import { execFile, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { decode } from 'dns-packet';
import { startDns, type DnsServer, type RecordSet } from '../../../../../lib/tools/twin/dns';
import { query, subnet, words } from './messages';

const ADDRESS = '127.0.53.7';
const COORDINATES = {
  'eu-central-1': { latitude: 50.11, longitude: 8.68 },
  'us-east-2': { latitude: 39.96, longitude: -83 },
  'ap-northeast-1': { latitude: 35.68, longitude: 139.69 },
};
const unhealthy = new Set<string>();

const base = { ttl: 60, evaluateTargetHealth: false, policy: { kind: 'simple' } } as const;
const records: RecordSet[] = [
  ...Object.keys(COORDINATES).map((region, at): RecordSet => ({
    ...base,
    key: region,
    name: 'origin.example.com',
    type: 'A',
    values: [`127.${at + 1}.0.80`],
    policy: { kind: 'latency', region },
    healthCheck: region,
  })),
  { ...base, key: 'six', name: 'six.example.com', type: 'AAAA', values: ['2001:db8::80'] },
  { ...base, key: 'text', name: 'text.example.com', type: 'TXT', values: ['"one" "two"'] },
  { ...base, key: 'mx', name: 'example.com', type: 'MX', values: ['10 mail.example.com'] },
  { ...base, key: 'srv', name: 'srv.example.com', type: 'SRV', values: ['1 2 443 a.example.com'] },
  { ...base, key: 'caa', name: 'example.com', type: 'CAA', values: ['0 issue "amazon.com"'] },
  { ...base, key: 'www', name: 'www.example.com', type: 'CNAME', values: ['six.example.com'] },
  {
    ...base,
    key: 'large',
    name: 'large.example.com',
    type: 'A',
    values: Array.from({ length: 100 }, (_, at) => `127.0.1.${at}`),
  },
];

let server: DnsServer;
let resolver: Resolver;
beforeAll(async () => {
  server = await startDns({
    address: ADDRESS,
    port: 0,
    zones: ['example.com'],
    records,
    coordinates: COORDINATES,
    healthy: (key) => !unhealthy.has(key),
  });
  resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`${ADDRESS}:${server.port}`]);
});
afterAll(() => server.close());
beforeEach(() => {
  unhealthy.clear();
});

async function udp(message: Buffer) {
  const socket = createSocket('udp4');
  try {
    socket.send(message, server.port, ADDRESS);
    const [response] = (await once(socket, 'message')) as [Buffer];
    return decode(response);
  } finally {
    socket.close();
  }
}

const answers = (packet: { answers?: readonly unknown[] | undefined }) =>
  (packet.answers ?? []).map((it) => (it as { data: unknown }).data);

describe('a resolver library', () => {
  it('reads every type of record', async () => {
    expect(await resolver.resolve6('six.example.com')).toEqual(['2001:db8::80']);
    expect(await resolver.resolve6('www.example.com')).toEqual(['2001:db8::80']);
    expect(await resolver.resolveCname('www.example.com')).toEqual(['six.example.com']);
    expect(await resolver.resolveTxt('text.example.com')).toEqual([['one', 'two']]);
    expect(await resolver.resolveMx('example.com')).toEqual([
      { exchange: 'mail.example.com', priority: 10 },
    ]);
    expect(await resolver.resolveSrv('srv.example.com')).toEqual([
      { name: 'a.example.com', port: 443, priority: 1, weight: 2 },
    ]);
    expect(await resolver.resolveCaa('example.com')).toEqual([
      { critical: 0, issue: 'amazon.com' },
    ]);
    expect(await resolver.resolveNs('example.com')).toEqual(['ns.example.com']);
    expect(await resolver.resolveSoa('example.com')).toMatchObject({ nsname: 'ns.example.com' });
    expect(await resolver.resolve4('ns.example.com')).toEqual([ADDRESS]);
  });

  it('tells a missing name from a missing record', async () => {
    await expect(resolver.resolve4('missing.example.com')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
    await expect(resolver.resolve4('six.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('example.org')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  it('comes back over TCP for what UDP cannot carry', async () => {
    expect(await resolver.resolve4('large.example.com')).toHaveLength(100);
  });
});

describe('the subnet of the client', () => {
  const from = async (address: readonly number[]) =>
    answers(await udp(query({ options: subnet(1, 24, 0, address) })));

  it.each([
    ['Frankfurt (vantage)', [192, 0, 2], '127.1.0.80'],
    ['Ohio (vantage)', [198, 51, 100], '127.2.0.80'],
    ['Tokyo (vantage)', [203, 0, 113], '127.3.0.80'],
    ['an address in Britain', [81, 2, 69], '127.1.0.80'],
    ['an address in Japan', [133, 1, 1], '127.3.0.80'],
  ])('%s is sent to the nearest Region', async (_, address, expected) => {
    expect(await from(address)).toEqual([expected]);
  });

  it('is sent elsewhere as soon as the Region is unhealthy', async () => {
    unhealthy.add('ap-northeast-1');
    expect(await from([203, 0, 113])).toEqual(['127.1.0.80']);
    unhealthy.add('eu-central-1');
    expect(await from([203, 0, 113])).toEqual(['127.2.0.80']);
  });

  it('is refused over the wire where it is malformed', async () => {
    const packet = await udp(query({ options: subnet(1, 24, 0, [9, 1, 1, 1]) }));
    expect(packet).toMatchObject({ rcode: 'FORMERR', answers: [] });
  });
});

describe('TCP', () => {
  it('answers several messages on one connection, in any pieces', async () => {
    const socket = connect(server.port, ADDRESS);
    const one = Buffer.concat([words(query().length), query()]);
    const both = Buffer.concat([one, one]);
    let received = Buffer.alloc(0);
    const done = new Promise<void>((resolve, reject) => {
      socket.on('error', reject).on('data', (data: Buffer) => {
        received = Buffer.concat([received, data]);
        if (received.length === 2 * (2 + received.readUInt16BE(0))) resolve();
      });
    });
    for (const byte of both) {
      socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await done;
    socket.destroy();
    expect(answers(decode(received.subarray(2, 2 + received.readUInt16BE(0))))).toHaveLength(1);
  });

  it('hangs up on what is not a question', async () => {
    const socket = connect(server.port, ADDRESS);
    socket.write(Buffer.from([0, 3, 1, 2, 3]));
    await once(socket, 'close');
  });
});

it('keeps serving after garbage', async () => {
  const socket = createSocket('udp4');
  for (let length = 0; length < 100; length += 1) {
    socket.send(Buffer.alloc(length, length * 7), server.port, ADDRESS);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.close();
  expect(await resolver.resolve6('six.example.com')).toEqual(['2001:db8::80']);
});

it('says that a port is taken, and closes with connections open', async () => {
  const options = { address: ADDRESS, zones: [], records: [], coordinates: {} };
  await expect(startDns({ ...options, port: server.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  const other = await startDns({ ...options, port: 0 });
  const socket = connect(other.port, ADDRESS);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await other.close();
  await closed;
});

const dig = spawnSync('dig', ['-v']).status === 0 ? it : it.skip;
dig('speaks with dig, which shows the scope of the answer', async () => {
  const { stdout } = await promisify(execFile)('dig', [
    `@${ADDRESS}`,
    '-p',
    `${server.port}`,
    '+subnet=203.0.113.0/24',
    'origin.example.com',
  ]);
  expect(stdout).toContain('CLIENT-SUBNET: 203.0.113.0/24/24');
  expect(stdout).toMatch(/ANSWER SECTION:\norigin\.example\.com\.\s+60\s+IN\s+A\s+127\.3\.0\.80/);
  expect(stdout).toContain('flags: qr aa rd;');
});

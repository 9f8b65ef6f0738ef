import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { randomInt } from 'node:crypto';
import { decode, encode, RECURSION_DESIRED, streamEncode } from 'dns-packet';
import type { DecodedPacket, Packet } from 'dns-packet';
import type { GeoResolver } from './resolver';
import { TOLD_BITS, Unanswered } from './resolver';

export interface DnsPlace {
  readonly host: string;
  readonly port: number;
}

const TRIES = 3;
const PATIENCE_MS = 2000;
const UDP_PAYLOAD = 1232;
/** EDNS Client Subnet. @see https://www.rfc-editor.org/rfc/rfc7871 */
const CLIENT_SUBNET = 8;
const NOT_A_NAME = 'NXDOMAIN';

/** Asks a DNS server over UDP, and over TCP where the answer was cut off. */
export function askDns(place: DnsPlace): GeoResolver {
  return {
    addresses: async (name, network) => {
      const query = queryFor(name, network);
      const response = await exchange(place, query);
      if (network !== undefined && !tellsSubnet(response)) {
        throw new Unanswered('the server does not honour EDNS Client Subnet');
      }
      const { rcode } = response as DecodedPacket & { readonly rcode: string };
      if (rcode === NOT_A_NAME) return [];
      if (rcode !== 'NOERROR') throw new Unanswered(`the server answered ${rcode}`);
      return (response.answers ?? []).flatMap((it) => (it.type === 'A' ? [it.data] : []));
    },
  };
}

function queryFor(name: string, network: string | undefined): Packet {
  const options =
    network === undefined
      ? []
      : [{ code: 'CLIENT_SUBNET' as const, ip: network, sourcePrefixLength: TOLD_BITS }];
  return {
    type: 'query',
    id: randomInt(1, 65_536),
    flags: RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
    additionals: [
      {
        ...{ type: 'OPT', name: '.', udpPayloadSize: UDP_PAYLOAD, flags: 0 },
        // The types want more of an option than the encoder does.
        options: options as never,
      },
    ] as never,
  };
}

async function exchange(place: DnsPlace, query: Packet): Promise<DecodedPacket> {
  let last: unknown;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const response = await overUdp(place, query);
      return response.flag_tc ? await overTcp(place, query) : response;
    } catch (error) {
      last = error;
    }
  }
  throw new Unanswered(last instanceof Error ? last.message : String(last));
}

function tellsSubnet({ additionals = [] }: DecodedPacket): boolean {
  return additionals.some(
    (it) => it.type === 'OPT' && it.options.some(({ code }) => code === CLIENT_SUBNET),
  );
}

function answers(response: DecodedPacket, query: Packet): boolean {
  const [asked] = query.questions ?? [];
  const [told] = response.questions ?? [];
  return (
    response.type === 'response' &&
    response.id === query.id &&
    told?.name.toLowerCase() === asked?.name.toLowerCase()
  );
}

function overUdp({ host, port }: DnsPlace, query: Packet): Promise<DecodedPacket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise<DecodedPacket>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer from ${host}:${port} within ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
    });
    socket.on('message', (message) => {
      const response = readable(message);
      // Whatever does not answer the question is somebody else's, and waited past.
      if (response !== undefined && answers(response, query)) resolve(response);
    });
    // Connected, so that a port where nobody listens is told at once.
    socket.connect(port, host, () => {
      socket.send(encode(query));
    });
  }).finally(() => {
    socket.close();
  });
}

function overTcp({ host, port }: DnsPlace, query: Packet): Promise<DecodedPacket> {
  const socket = connect({ host, port, timeout: PATIENCE_MS });
  return new Promise<DecodedPacket>((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.once('error', reject);
    socket.once('timeout', () => {
      reject(new Error(`no answer from ${host}:${port} over TCP`));
    });
    socket.once('close', () => {
      reject(new Error(`${host}:${port} closed the connection`));
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length < 2 ? Infinity : received.readUInt16BE(0) + 2;
      if (received.length < length) return;
      const response = readable(received.subarray(2, length));
      if (response !== undefined && answers(response, query)) resolve(response);
      else reject(new Error(`${host}:${port} answered another question`));
    });
    socket.end(streamEncode(query));
  }).finally(() => {
    socket.destroy();
  });
}

function readable(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

import type { Answer, WireRecord } from '../model';
import { writeClientSubnet } from './client-subnet';
import type { Query } from './query';
import { encodeName } from './record-data';
import { CLASS_IN, HEADER_BYTES, TYPE } from './wire';

/** What we say we take over UDP; larger answers risk fragments (DNS flag day 2020). In bytes. */
export const UDP_PAYLOAD = 1232;
/** What a client without EDNS takes over UDP, in bytes. */
const PLAIN_PAYLOAD = 512;
/** Points to the question's name, which stands right behind the header. */
const QUESTION_NAME = Buffer.from([0xc0, HEADER_BYTES]);
const QR = 0x8000;
const AA = 0x0400;
const TC = 0x0200;
const RD = 0x0100;

/** The answer as a message; over UDP cut to nothing but the sign of truncation if it is too long. */
export function writeAnswer(query: Query, answer: Answer, transport: 'udp' | 'tcp'): Buffer {
  const limit =
    transport === 'tcp'
      ? 0xffff
      : Math.min(Math.max(query.edns?.payload ?? 0, PLAIN_PAYLOAD), UDP_PAYLOAD);
  const whole = write(query, { rcode: answer.rcode, answer, flags: AA });
  return whole.length <= limit
    ? whole
    : write(query, { rcode: answer.rcode, answer, flags: AA | TC });
}

/** An answer that is only a code. */
export function writeRefusal(query: Query, rcode: number): Buffer {
  return write(query, { rcode, flags: 0 });
}

interface Content {
  readonly rcode: number;
  readonly flags: number;
  readonly answer?: Answer;
}

function write(query: Query, { rcode, flags, answer }: Content): Buffer {
  const truncated = (flags & TC) !== 0;
  const records = truncated || answer === undefined ? [] : answer.records;
  const authorities = truncated || answer?.soa === undefined ? [] : [answer.soa];
  const opt = writeOpt(query, rcode, answer);
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt16BE(query.id, 0);
  const echoed = (query.opcode << 11) | (query.recursionDesired ? RD : 0);
  header.writeUInt16BE(QR | flags | echoed | (rcode & 0xf), 2);
  header.writeUInt16BE(query.rawQuestion === undefined ? 0 : 1, 4);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt16BE(authorities.length, 8);
  header.writeUInt16BE(opt === undefined ? 0 : 1, 10);
  const parts: Buffer[] = [header];
  if (query.rawQuestion !== undefined) parts.push(query.rawQuestion);
  for (const record of records) pushRecord(parts, record);
  for (const record of authorities) pushRecord(parts, record);
  if (opt !== undefined) parts.push(opt);
  return Buffer.concat(parts);
}

function pushRecord(parts: Buffer[], { owner, type, ttl, data }: WireRecord): void {
  const fixed = Buffer.allocUnsafe(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(CLASS_IN, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  parts.push(owner === undefined ? QUESTION_NAME : encodeName(owner), fixed, data);
}

/** The client's subnet comes back with the scope: all it told where its place mattered, else zero. */
function writeOpt(query: Query, rcode: number, answer: Answer | undefined): Buffer | undefined {
  const { edns } = query;
  if (edns === undefined) return undefined;
  const scope = answer?.byLocation === true ? (edns.subnet?.sourcePrefix ?? 0) : 0;
  const echoes = edns.subnet !== undefined && answer !== undefined;
  const subnet = echoes ? writeClientSubnet(edns.subnet, scope) : undefined;
  const length = subnet === undefined ? 0 : 4 + subnet.length;
  const opt = Buffer.alloc(11 + length);
  opt.writeUInt16BE(TYPE.OPT, 1);
  opt.writeUInt16BE(UDP_PAYLOAD, 3);
  opt.writeUInt8(rcode >> 4, 5);
  opt.writeUInt16BE(edns.dnssecOk ? 0x8000 : 0, 7);
  opt.writeUInt16BE(length, 9);
  if (subnet !== undefined) {
    opt.writeUInt16BE(8, 11);
    opt.writeUInt16BE(subnet.length, 13);
    subnet.copy(opt, 15);
  }
  return opt;
}

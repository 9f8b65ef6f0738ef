import { readClientSubnet, type ClientSubnet } from './client-subnet';
import { HEADER_BYTES, RCODE, TYPE } from './wire';

/** What a query says about its own transport (RFC 6891). */
export interface Edns {
  readonly version: number;
  /** Largest UDP answer that the client takes, in bytes. */
  readonly payload: number;
  readonly dnssecOk: boolean;
  readonly subnet: ClientSubnet | undefined;
}

/** A message that asks something, read as far as it can be read. */
export interface Query {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  /** The question as received, echoed byte by byte so that the name keeps its case. */
  readonly rawQuestion: Buffer | undefined;
  /** As received, without the final dot; labels with a dot inside are escaped. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly edns: Edns | undefined;
  /** The message is malformed. */
  readonly malformed: boolean;
}

const OPTION_CLIENT_SUBNET = 8;
const LONGEST_NAME = 255;
const NOTHING = { rawQuestion: undefined, name: '', type: 0, class: 0, edns: undefined };

class Malformed extends Error {}

/** @returns undefined for what must not be answered at all: too short, or itself a response */
export function readQuery(message: Buffer): Query | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & 0x8000) !== 0) return undefined;
  const head = {
    id: message.readUInt16BE(0),
    opcode: (flags >> 11) & 0xf,
    recursionDesired: (flags & 0x0100) !== 0,
  };
  if (head.opcode !== 0) return { ...head, ...NOTHING, malformed: false };
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) =>
    message.readUInt16BE(at),
  );
  if (questions !== 1 || answers !== 0 || authorities !== 0) {
    return { ...head, ...NOTHING, malformed: true };
  }
  let question: Question | undefined;
  try {
    question = readQuestion(message);
    const end = HEADER_BYTES + question.rawQuestion.length;
    const { edns, malformed } = readAdditionals(message, end, additionals ?? 0);
    return { ...head, ...question, edns, malformed };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ...head, ...NOTHING, ...question, malformed: true };
  }
}

/** Code of the answer to what is not a plain question, or undefined for a plain one. */
export function refusalOf(query: Query): number | undefined {
  if (query.opcode !== 0) return RCODE.NOTIMP;
  // The version goes first: another version may have another idea of what is malformed.
  if (query.edns !== undefined && query.edns.version !== 0) return RCODE.BADVERS;
  return query.malformed ? RCODE.FORMERR : undefined;
}

type Question = Pick<Query, 'name' | 'type' | 'class'> & { readonly rawQuestion: Buffer };

function readQuestion(message: Buffer): Question {
  const { name, end } = readName(message, HEADER_BYTES);
  return {
    name,
    type: word(message, end),
    class: word(message, end + 2),
    rawQuestion: message.subarray(HEADER_BYTES, end + 4),
  };
}

/** A name without compression: there is nothing before a question that it could point to. */
function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (;;) {
    const length = octet(message, at);
    at += 1;
    if (length === 0) break;
    if (length > 63 || at + length > message.length) throw new Malformed();
    if (at + length + 1 - start > LONGEST_NAME) throw new Malformed();
    labels.push(message.toString('latin1', at, at + length).replaceAll('.', '\\.'));
    at += length;
  }
  return { name: labels.join('.'), end: at };
}

function readAdditionals(message: Buffer, start: number, count: number) {
  let at = start;
  let edns: Edns | undefined;
  let malformed = false;
  for (let record = 0; record < count; record += 1) {
    const owner = readName(message, at);
    const [type, length] = [word(message, owner.end), word(message, owner.end + 8)];
    const data = owner.end + 10;
    if (data + length > message.length) throw new Malformed();
    if (type === TYPE.OPT) {
      if (edns !== undefined || owner.name !== '') throw new Malformed();
      const options = readOptions(message.subarray(data, data + length));
      malformed ||= options.malformed;
      edns = readEdns(message, owner.end, options.subnet);
    }
    at = data + length;
  }
  return { edns, malformed: malformed || at !== message.length };
}

function readEdns(message: Buffer, at: number, subnet: ClientSubnet | undefined): Edns {
  return {
    payload: word(message, at + 2),
    version: octet(message, at + 5),
    dnssecOk: (word(message, at + 6) & 0x8000) !== 0,
    subnet,
  };
}

function readOptions(data: Buffer): { subnet: ClientSubnet | undefined; malformed: boolean } {
  let subnet: ClientSubnet | undefined;
  for (let at = 0; at < data.length;) {
    if (at + 4 > data.length) return { subnet: undefined, malformed: true };
    const code = data.readUInt16BE(at);
    const end = at + 4 + data.readUInt16BE(at + 2);
    if (end > data.length) return { subnet: undefined, malformed: true };
    if (code === OPTION_CLIENT_SUBNET) {
      const read = readClientSubnet(data.subarray(at + 4, end));
      if (read === undefined || subnet !== undefined) return { subnet: undefined, malformed: true };
      subnet = read;
    }
    at = end;
  }
  return { subnet, malformed: false };
}

function octet(message: Buffer, at: number): number {
  if (at + 1 > message.length) throw new Malformed();
  return message.readUInt8(at);
}

function word(message: Buffer, at: number): number {
  if (at + 2 > message.length) throw new Malformed();
  return message.readUInt16BE(at);
}

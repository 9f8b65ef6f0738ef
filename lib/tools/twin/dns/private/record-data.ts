import { isIPv4, isIPv6 } from 'node:net';
import { encode, type Answer as PacketAnswer } from 'dns-packet';
import type { RecordType } from '../model';
import { HEADER_BYTES } from './wire';

/** Owner `.` and the fixed part of a record. */
const BEFORE_DATA = HEADER_BYTES + 1 + 10;

/** Data of a record from its value in presentation form; undefined where it is not valid. */
export function recordData(type: RecordType, value: string): Buffer | undefined {
  const answer = parse(type, value);
  return answer === undefined ? undefined : dataOf(answer);
}

/** @param serial goes up with every change of the records */
export function startOfAuthority(mname: string, rname: string, serial: number): Buffer {
  const times = { refresh: 7200, retry: 900, expire: 1_209_600, minimum: NEGATIVE_TTL };
  return dataOf({ type: 'SOA', name: '.', data: { mname, rname, serial, ...times } });
}

/** How long resolvers may remember that a name does not exist, in seconds. */
export const NEGATIVE_TTL = 60;

/** The minimal answer to ANY. @see https://www.rfc-editor.org/rfc/rfc8482 */
export function minimalAny(): Buffer {
  return dataOf({ type: 'HINFO', name: '.', data: { cpu: 'RFC8482', os: '' } });
}

/** A name as it stands in a message, uncompressed. */
export function encodeName(name: string): Buffer {
  return dataOf({ type: 'NS', name: '.', data: name });
}

function dataOf(answer: PacketAnswer): Buffer {
  return encode({ type: 'response', answers: [answer] }).subarray(BEFORE_DATA);
}

function parse(type: RecordType, value: string): PacketAnswer | undefined {
  const fields = value.trim().split(/\s+/);
  const [first = '', second = '', third = '', fourth = ''] = fields;
  switch (type) {
    case 'A':
      return isIPv4(value) ? { type, name: '.', data: value } : undefined;
    case 'AAAA':
      return isIPv6(value) ? { type, name: '.', data: value } : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { type, name: '.', data: first };
    case 'TXT':
      return { type, name: '.', data: quoted(value) };
    case 'MX':
      return { type, name: '.', data: { preference: Number(first), exchange: second } };
    case 'SRV': {
      const [priority, weight, port] = [first, second, third].map(Number);
      return { type, name: '.', data: { priority, weight, port: port ?? 0, target: fourth } };
    }
    case 'CAA': {
      const tag = (['issue', 'issuewild', 'iodef'] as const).find((it) => it === second);
      const issuer = quoted(fields.slice(2).join(' '))[0] ?? '';
      return tag && { type, name: '.', data: { flags: Number(first), tag, value: issuer } };
    }
  }
}

/** Texts in quotes, each at most 255 bytes; a text without quotes is one. */
function quoted(value: string): string[] {
  const texts = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    (text ?? '').replaceAll(/\\(.)/g, '$1'),
  );
  return texts.length > 0 ? texts : [value];
}

import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, object, sequence, TAG, time, value } from './private/der';

/** What a server shows, in PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of one twin's own, and whom it vouches for. */
export interface Trust {
  /** What clients trust, in PEM. Its key is forgotten at once. */
  readonly authority: string;
  readonly server: Identity;
}

const DAY_MS = 86_400_000;
/** A twin is made anew at each start; none runs so long. */
const LIFE_MS = 365 * DAY_MS;
const ALGORITHM = sequence(object('1.2.840.10045.4.3.2'));
const YES = value(TAG.boolean, Buffer.from([0xff]));

/**
 * Makes an authority and the one certificate of all servers. ECDSA over P-256.
 *
 * @param addresses of IPv4 that it is for, beside `localhost`, which is what Node's TLS compares where a host
 *   is a bare address
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */
export function makeTrust(addresses: readonly string[], now = Date.now()): Trust {
  const [root, server] = [keyPair(), keyPair()];
  const certify = certifier(root.privateKey, now);
  const authority = certify('Meridian twin', root.publicKey, [
    extension('2.5.29.19', sequence(YES), true),
    // That it signs certificates, and nothing else.
    extension('2.5.29.15', bits(Buffer.from([0x04]), 2), true),
  ]);
  const octets = addresses.map((it) => Buffer.from(it.split('.').map(Number)));
  const names = [value(0x82, 'localhost'), ...octets.map((it) => value(0x87, it))];
  const certificate = certify('PostgreSQL', server.publicKey, [
    extension('2.5.29.17', sequence(...names)),
    extension('2.5.29.37', sequence(object('1.3.6.1.5.5.7.3.1'))),
  ]);
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { authority, server: { certificate, key } };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function keyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

type Certify = (subject: string, of: KeyObject, extensions: readonly Buffer[]) => string;

function certifier(key: KeyObject, now: number): Certify {
  return (subject, of, extensions) => {
    const signed = sequence(
      value(0xa0, value(TAG.integer, Buffer.from([2]))),
      // Positive, and not of a leading zero.
      value(TAG.integer, Buffer.from([0x40]), randomBytes(15)),
      ALGORITHM,
      nameOf('Meridian twin'),
      sequence(time(new Date(now - DAY_MS)), time(new Date(now + LIFE_MS))),
      nameOf(subject),
      of.export({ type: 'spki', format: 'der' }),
      value(0xa3, sequence(...extensions)),
    );
    return pem(sequence(signed, ALGORITHM, bits(sign('sha256', signed, key))));
  };
}

function nameOf(common: string): Buffer {
  return sequence(value(TAG.set, sequence(object('2.5.4.3'), value(TAG.text, common))));
}

function extension(id: string, content: Buffer, critical = false): Buffer {
  return sequence(object(id), ...(critical ? [YES] : []), value(TAG.octets, content));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

import { randomBytes } from 'node:crypto';
import { md, pki } from 'node-forge';

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
const KEY_BITS = 2048;
const AUTHORITY = 'Meridian twin';
/** Of an alternative name of a certificate. */
const [DNS, IP] = [2, 7];

/**
 * Makes an authority and the one certificate of all servers.
 *
 * @param addresses of IPv4 that it is for, beside `localhost`, which is what Node's TLS compares where a host
 *   is a bare address
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */
export function makeTrust(addresses: readonly string[], now = Date.now()): Trust {
  const [root, server] = [keyPair(), keyPair()];
  const certify = (subject: string, key: pki.PublicKey, extensions: object[]): string => {
    const certificate = pki.createCertificate();
    certificate.publicKey = key;
    // Positive, and not of a leading zero.
    certificate.serialNumber = `40${randomBytes(15).toString('hex')}`;
    certificate.validity.notBefore = new Date(now - DAY_MS);
    certificate.validity.notAfter = new Date(now + LIFE_MS);
    certificate.setIssuer([{ name: 'commonName', value: AUTHORITY }]);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setExtensions(extensions);
    certificate.sign(root.privateKey, md.sha256.create());
    return pki.certificateToPem(certificate);
  };
  const authority = certify(AUTHORITY, root.publicKey, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  const names = [{ type: DNS, value: 'localhost' }, ...addresses.map((ip) => ({ type: IP, ip }))];
  const certificate = certify('PostgreSQL', server.publicKey, [
    { name: 'subjectAltName', altNames: names },
    { name: 'extKeyUsage', serverAuth: true },
  ]);
  return { authority, server: { certificate, key: pki.privateKeyToPem(server.privateKey) } };
}

/** By OpenSSL, where Node has it: a tenth of a second. */
function keyPair(): pki.rsa.KeyPair {
  return pki.rsa.generateKeyPair({ bits: KEY_BITS });
}

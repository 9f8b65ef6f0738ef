import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { makeTrust } from '../../../../../lib/tools/twin/certificates';

// As many as fill more than 255 octets.
const addresses = Array.from({ length: 200 }, (_, at) => `127.1.0.${at}`);
const { authority, server } = makeTrust(addresses);

test('an authority vouches for a server, by the rules for certificates', () => {
  const [root, leaf] = [new X509Certificate(authority), new X509Certificate(server.certificate)];
  expect(root.ca).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkHost('localhost')).toBe('localhost');
  expect(leaf.checkHost('elsewhere')).toBeUndefined();
  for (const one of addresses) expect(leaf.checkIP(one)).toBe(one);
  expect(leaf.checkIP('127.0.0.1')).toBeUndefined();
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  for (const one of [root, leaf]) {
    expect(Date.parse(one.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(one.validTo)).toBeGreaterThan(Date.now() + 300 * 86_400_000);
  }
});

test('whoever trusts it is served, and whoever trusts another is not', async () => {
  const listening = createServer({ key: server.key, cert: server.certificate }, (socket) => {
    socket.end('welcome');
  });
  listening.on('tlsClientError', () => undefined);
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const { port } = listening.address() as AddressInfo;
  const ask = (ca: string, servername = 'localhost') =>
    new Promise<string>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername, ca });
      socket.on('data', (bytes: Buffer) => {
        resolve(bytes.toString());
      });
      socket.on('error', (error) => {
        resolve((error as NodeJS.ErrnoException).code ?? String(error));
      });
    });
  try {
    expect(await ask(authority)).toBe('welcome');
    expect(await ask(makeTrust([]).authority)).toMatch(
      /UNABLE_TO_VERIFY|BAD_SIGNATURE|SIGNATURE_FAILURE/,
    );
    expect(await ask(authority, 'elsewhere')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  } finally {
    listening.close();
  }
});

import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Deadline } from '../../../lambda/platform/deadline';
import { Forwarder } from '../../../lambda/platform/forward';
import { parseSigningKeys } from '../../../lambda/platform/signing-keys';

const write = {
  method: 'POST',
  path: '/api/articles',
  body: '{}',
  authorization: '',
  idempotencyKey: 'key',
};
let peer: Server;
let received: IncomingHttpHeaders[];
let silent: boolean;
/** Requests whose connection breaks before there is an answer. */
let broken: number;

beforeEach(async () => {
  [received, silent, broken] = [[], false, 0];
  peer = createServer(({ headers, socket }, response) => {
    received.push(headers);
    if (received.length <= broken) socket.destroy();
    else if (!silent) response.setHeader('x-meridian-region', 'home').end('{}');
  });
  await new Promise<void>((done) => peer.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  peer.closeAllConnections();
  peer.close();
});

function forwarder(): Forwarder {
  const { port } = peer.address() as AddressInfo;
  return new Forwarder({
    region: 'away',
    peers: { home: `http://127.0.0.1:${port}` },
    signingKeys: () => Promise.resolve(parseSigningKeys('secret')),
    originSecret: () => Promise.resolve('origin'),
    now: Date.now,
  });
}
const told = (): number => Number(received[0]?.['x-meridian-time-left']);

test('the owner is told what is left of the time for which somebody waits', async () => {
  await forwarder().send('home', write, { deadline: new Deadline(1_500) });
  expect(told()).toBeGreaterThan(0);
  expect(told()).toBeLessThanOrEqual(1_500);
});

test('one attempt takes a part of the longest time', async () => {
  await forwarder().send('home', write);
  expect(told()).toBe(5_000);
});

test('an owner that is silent is not waited for beyond the deadline', async () => {
  silent = true;
  const began = performance.now();
  await expect(
    forwarder().send('home', write, { deadline: new Deadline(100) }),
  ).rejects.toMatchObject({
    status: 503,
    errors: { region: ['home did not answer in time'] },
  });
  expect(performance.now() - began).toBeLessThan(4_500);
});

test('a write that nobody waits for is not sent', async () => {
  await expect(
    forwarder().send('home', write, { deadline: new Deadline(0) }),
  ).rejects.toMatchObject({
    status: 503,
    errors: { deadline: [expect.any(String)] },
  });
  expect(received).toEqual([]);
});

test('a write whose connection breaks is sent once more, under its key, and says so', async () => {
  broken = 1;
  expect(await forwarder().send('home', write)).toMatchObject({ status: 200, writtenBy: 'home' });
  expect(received.map((headers) => headers['idempotency-key'])).toEqual(['key', 'key']);
  expect(received.map((headers) => headers['x-meridian-repeated'])).toEqual([undefined, '1']);
});

test('where connections go on breaking it is an outage for every write, and few are sent again', async () => {
  broken = Infinity;
  const to = forwarder();
  for (let n = 0; n < 20; n += 1)
    await expect(to.send('home', write)).rejects.toMatchObject({
      status: 503,
      errors: { region: ['home cannot be reached'] },
      retryAfterSeconds: 2,
    });
  // A few that were saved up, and a tenth.
  expect(received.length).toBeGreaterThan(20);
  expect(received.length).toBeLessThanOrEqual(20 + 3 + 2);
});

test('an answer that no server of the owner gave is none', async () => {
  peer.removeAllListeners('request');
  peer.on('request', (_, response: ServerResponse) => {
    response.writeHead(502).end('<html>');
  });
  await expect(forwarder().send('home', write)).rejects.toMatchObject({
    status: 503,
    errors: { region: ['home has no healthy server'] },
  });
});

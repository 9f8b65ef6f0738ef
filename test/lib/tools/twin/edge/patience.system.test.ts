import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Edge } from '../../../../../lib/tools/twin/edge';
import { startEdge } from '../../../../../lib/tools/twin/edge';

/** An origin that says nothing for so many requests, as a Region that stands still. */
let silent = 0;
let asked = 0;
let origin: Server;
let edge: Edge;

beforeAll(async () => {
  origin = createServer((request, response) => {
    asked += 1;
    request.resume();
    if (asked > silent) response.end('at last');
  });
  await new Promise<void>((ready) => origin.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  edge = await startEdge({
    ...{ address: '127.0.0.1', port: 0, rootObject: '', behaviors: [], region: 'here' },
    otherwise: {
      target: {
        ...{ kind: 'balancers', host: 'origin.example.com', urls: { here: url }, headers: {} },
        patience: { attempts: 2, connectSeconds: 5, readSeconds: 0.3 },
      },
    },
  });
});
afterAll(() => {
  edge.close();
  origin.close();
  origin.closeAllConnections();
});

async function ask(method: string, silence: number) {
  [silent, asked] = [silence, 0];
  const began = performance.now();
  const body = method === 'POST' ? { body: 'x' } : {};
  const answer = await fetch(edge.url, { method, ...body });
  const text = await answer.text();
  return { status: answer.status, text, asked, ms: performance.now() - began };
}

test('a read is asked as often as the distribution says, and waits each time as long', async () => {
  const late = await ask('GET', 9);
  expect(late).toMatchObject({ status: 504, asked: 2 });
  expect(late.ms).toBeGreaterThanOrEqual(595);
  expect(await ask('GET', 1)).toMatchObject({ status: 200, text: 'at last', asked: 2 });
});

test('a write is asked once', async () => {
  const late = await ask('POST', 9);
  expect(late).toMatchObject({ status: 504, asked: 1 });
  expect(late.ms).toBeGreaterThanOrEqual(295);
});

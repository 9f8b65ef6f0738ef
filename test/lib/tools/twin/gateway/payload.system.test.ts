import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionGroupConfig } from '../../../../../lib/tools/twin/gateway';
import { FunctionVersions } from '../../../../../lib/tools/twin/gateway';
import { FunctionTarget } from '../../../../../lib/tools/twin/gateway/private/function-target';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { gone } from '../../../../support/processes';

jest.setTimeout(60_000);

/** What a load balancer gives a function, and takes of it: a MiB each. */
const LIMIT = 1024 * 1024;
const HANDLER = `
export const handler = async ({ body, isBase64Encoded, queryStringParameters: { answer } }) => ({
  statusCode: 200,
  body: answer === undefined
    ? String(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').length)
    : 'x'.repeat(Number(answer)),
});
`;

let directory: string;
let versions: FunctionVersions;
let front: Server;
let url: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-payload-'));
  writeFileSync(join(directory, 'index.mjs'), HANDLER);
  const { instance: program } = await buildPrograms(directory);
  versions = new FunctionVersions(
    {
      ...{ name: 'f', directory, handler: 'index.handler' },
      ...{ environment: {}, memoryMiB: 128, timeoutSeconds: 20 },
    },
    { program, log: join(directory, 'log'), timeScale: 1 },
  );
  await versions.warm();
  const arn = 'arn:aws:elasticloadbalancing:x:0:targetgroup/f/0';
  const group: FunctionGroupConfig = {
    kind: 'function',
    function: 'f',
    arn,
    multiValueHeaders: false,
  };
  const target = new FunctionTarget(group, versions, 80);
  front = createServer((request, response) => void target.serve(request, response));
  await new Promise<void>((ready) => front.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  front.close();
  front.closeAllConnections();
  await versions.close();
  expect(await gone(directory)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

async function post(bytes: number): Promise<readonly [status: number, text: string]> {
  const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(bytes, 'a') });
  return [answer.status, await answer.text()];
}

test('a body as large as a function may get comes whole, a larger one is refused', async () => {
  expect(await post(LIMIT)).toEqual([200, String(LIMIT)]);
  expect((await post(LIMIT + 1))[0]).toBe(413);
});

test('an answer that is larger than a function may give is an error', async () => {
  const words = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const answer = async (bytes: number) => (await fetch(`${url}?answer=${bytes}`)).status;
  expect(await answer(LIMIT - 1_000)).toBe(200);
  expect(await answer(LIMIT)).toBe(502);
  words.mockRestore();
});

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { conform } from './conform';

/** Why one case is not met by a service of these answers. */
async function reasonBy(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  name = 'lists newest first, without bodies, by author',
): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  try {
    const { cases } = await conform({
      urls: [new URL(`http://127.0.0.1:${port}`)],
      ...{ concurrency: 1, contractOnly: true },
      isWanted: (it) => it === name,
    });
    expect(cases).toHaveLength(1);
    return (cases[0]?.reason ?? '').replace(String(port), 'PORT');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const json = (response: ServerResponse, status: number, body: string) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);

test('what answers without what the contract says is named with its answer', async () => {
  const reason = await reasonBy((_, response) => json(response, 201, '{}'));
  expect(reason).toMatch(/^POST \/api\/users answered 201 \{\}: not what the contract says \(/);
});

test('a list that is missing is told as the answer in which it is', async () => {
  const reason = await reasonBy(
    ({ method }, response) =>
      method === 'POST'
        ? json(response, 201, '{"user":{"token":"t"},"article":{"slug":"s"}}')
        : json(response, 200, '{"articles":null}'),
    'a new article is in the global list at once',
  );
  expect(reason).toMatch(
    /^GET \/api\/articles\?limit=20 answered 200 \{"articles":null\}: not what the contract says \(/,
  );
});

test('a request that nobody answers is named with where it went', async () => {
  const reason = await reasonBy((request) => request.socket.destroy());
  expect(reason).toMatch(/^POST \/api\/users: no answer from http:\/\/127.0.0.1:PORT: ./);
});

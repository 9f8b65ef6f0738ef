import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface ConsoleOptions {
  readonly address: string;
  readonly port: number;
  /** What /status.json answers. */
  readonly status: () => Promise<unknown>;
}

export interface Console {
  readonly url: string;
  close(): void;
}

/** The page brings everything with it, so it may load nothing from elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; " +
  "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * Serves the page with the Regions, and what it shows as JSON.
 *
 * @throws NodeJS.ErrnoException where it cannot listen
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { address, port } = options;
  const page = await readFile(join(__dirname, '..', 'page.html'));
  const server = createServer((request, response) => {
    serve(options, page, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${address}:${bound.port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function serve(
  options: ConsoleOptions,
  page: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page elsewhere must not read this one through a name that it points at loopback.
  if (!/^(localhost|[\d.]+|\[[\da-f:]+\])(:\d+)?$/.test(request.headers.host ?? '')) {
    response.writeHead(421, { 'content-type': 'text/plain' });
    response.end('ask for it by its address\n');
    return;
  }
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/status.json') {
    const body = JSON.stringify(await options.status());
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(body);
  } else if (path === '/') {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
    });
    response.end(page);
  } else {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end('not found\n');
  }
}

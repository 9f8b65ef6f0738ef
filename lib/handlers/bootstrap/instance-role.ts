import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Instance metadata, which only the instance itself reaches. */
const METADATA = 'http://169.254.169.254/latest';
const ROLE = `${METADATA}/meta-data/iam/security-credentials/`;
const TIMEOUT_MS = 2_000;
/** Longest that a session with the metadata service may last, in seconds. */
const SESSION_SECONDS = '21600';

/**
 * Offers the instance's role on a loopback address in the form in which a container gets its own, so
 * that a server's module need not know where it runs. Only who knows the token, this process and what
 * it starts, is answered. Each request asks the metadata service (version 2) anew: the keys rotate.
 *
 * @returns the variables with which AWS clients find it
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function serveInstanceRole(): Promise<Readonly<Record<string, string>>> {
  const token = randomUUID();
  const server = createServer((request, response) => {
    if (request.headers.authorization !== token) {
      response.writeHead(403).end();
      return;
    }
    answer(response).catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // The server's module decides how long the process lives.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:' + String(port) + '/role',
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  };
}

async function answer(response: ServerResponse): Promise<void> {
  const session = await ask(`${METADATA}/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': SESSION_SECONDS },
  });
  const headers = { 'x-aws-ec2-metadata-token': session };
  const [role = ''] = (await ask(ROLE, { headers })).split('\n');
  const keys = await ask(ROLE + role.trim(), { headers });
  response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
}

async function ask(url: string, init: RequestInit): Promise<string> {
  const found = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!found.ok) throw new Error(`the metadata service answered ${found.status}`);
  return await found.text();
}

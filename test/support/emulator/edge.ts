import { AwsV4Signer } from 'aws4fetch';
import type { Account } from './client';
import { ACCOUNT } from './emulator';
import type { Emulator } from './emulator';
import type { Ask } from './requests';

/** A viewer at the edge, which tells their country: that is not emulated, nor is TLS. */
export function viewer(account: Account, country: string, host = 'example.com'): Ask {
  const edge = { 'cloudfront-viewer-country': country, 'x-forwarded-proto': 'https' };
  return async (path, { headers, ...options } = {}) =>
    await account.ask(host, path, { ...options, headers: { ...edge, ...headers } });
}

/** Puts a value into a key-value store of the edge, as an operator does: against its version. */
export async function putAtEdge(
  emulator: Emulator,
  store: string,
  [key, value]: readonly [string, string],
): Promise<void> {
  const arn = `arn:aws:cloudfront::${ACCOUNT}:key-value-store/${store}`;
  const url = new URL(`/key-value-stores/${encodeURIComponent(arn)}`, emulator.url).href;
  const described = await signed(url, { method: 'GET' });
  const version = described.headers.get('etag') ?? '';
  await signed(`${url}/keys/${key}`, {
    method: 'PUT',
    body: JSON.stringify({ Value: value }),
    headers: { 'content-type': 'application/json', 'if-match': version },
  });
}

async function signed(
  url: string,
  options: Pick<ConstructorParameters<typeof AwsV4Signer>[0], 'method' | 'body' | 'headers'>,
): Promise<Response> {
  const signer = new AwsV4Signer({
    ...{ accessKeyId: ACCOUNT, secretAccessKey: 'emulated', url, ...options },
    ...{ service: 'cloudfront-keyvaluestore', region: 'us-east-1' },
  });
  const { method, headers, body } = await signer.sign();
  const response = await fetch(url, { method, headers, body: body ?? null });
  if (!response.ok)
    throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

// Loaded by every emulated Lambda function before its code.
import dns from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';

// The VPC's resolver: names that the emulator gave out, then the machine's own.
const own = dns.lookup;
dns.lookup = (hostname, options, callback) => {
  const answer = typeof options === 'function' ? options : callback;
  const address = hosts()[hostname];
  if (address === undefined) return own(hostname, options, callback);
  const all = typeof options === 'object' && options?.all === true;
  process.nextTick(() => (all ? answer(null, [{ address, family: 4 }]) : answer(null, address, 4)));
};

function hosts() {
  try {
    return JSON.parse(readFileSync(process.env.EMULATOR_HOSTS, 'utf8'));
  } catch {
    return {};
  }
}

// Load balancers are reached through the emulator, by name; their TLS is not emulated. `fetch` itself
// would send the emulator's own address as the host.
const plain = globalThis.fetch;
globalThis.fetch = async (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== 'https:' || url.hostname.endsWith('.amazonaws.com'))
    return await plain(input, init);
  try {
    return await ask(url, init);
  } catch (cause) {
    if (cause.name === 'TimeoutError' || init.signal?.aborted) throw init.signal.reason;
    throw new TypeError('fetch failed', { cause });
  }
};

async function ask(url, { method = 'GET', headers = {}, body, signal }) {
  const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
  const call = request({
    ...{ hostname, port, method, signal, path: url.pathname + url.search },
    headers: { ...Object.fromEntries(new Headers(headers)), host: url.host },
  });
  call.end(body);
  const [response] = await once(call, 'response');
  const chunks = await response.toArray();
  return new Response(Buffer.concat(chunks), {
    status: response.statusCode,
    headers: new Headers(response.headers),
  });
}

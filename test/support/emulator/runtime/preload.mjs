// Loaded by every emulated Lambda function before its code.
import dns from 'node:dns';
import { appendFileSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

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

// Load balancers and the edge are reached through the emulator, by name; their TLS is not emulated:
// that the edge was asked by HTTPS, it is told.
const SECURE = { 'x-forwarded-proto': 'https' };
const secure = https.request;
https.request = (url, options, ...rest) => {
  if (!(url instanceof URL) || url.hostname.endsWith('.amazonaws.com'))
    return secure(url, options, ...rest);
  const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
  const { agent: _, headers, ...kept } = options;
  const path = url.pathname + url.search;
  return request({
    ...kept,
    hostname,
    port,
    path,
    headers: { ...headers, ...SECURE, host: url.host },
  });
};
syncBuiltinESMExports();

// What functions say, which the emulator keeps for an invocation's answer alone.
const said = process.stderr.write.bind(process.stderr);
process.stderr.write = (chunk, ...rest) => {
  appendFileSync(process.env.EMULATOR_FUNCTIONS_LOG, chunk);
  return said(chunk, ...rest);
};

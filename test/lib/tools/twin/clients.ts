import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Packet } from 'dns-packet';
import { decode, encode } from 'dns-packet';
import { eventually } from '../../../support/processes';

/** Asks the DNS server over UDP as a resolver does for a client of a subnet. */
export function ask(
  server: { readonly host: string; readonly port: number },
  name: string,
  subnet: string,
): Promise<readonly string[]> {
  const socket = createSocket('udp4');
  const [ip = '', prefix = '24'] = subnet.split('/');
  const query: Packet = {
    type: 'query',
    id: 7,
    questions: [{ type: 'A', name }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        flags: 0,
        extendedRcode: 0,
        ednsVersion: 0,
        flag_do: false,
        options: [{ code: 'CLIENT_SUBNET', family: 1, sourcePrefixLength: Number(prefix), ip }],
      },
    ],
  } as unknown as Packet;
  return new Promise<readonly string[]>((tell, reject) => {
    socket.once('error', reject);
    socket.once('message', (message) => {
      const answers = decode(message).answers ?? [];
      tell(answers.flatMap((it) => (it.type === 'A' ? [it.data] : [])));
    });
    socket.send(encode(query), server.port, server.host);
  }).finally(() => socket.close());
}

/** The process behind a cache's address: each kind of server says which it is. */
export function processOf(address: string): Promise<number> {
  const [host = '', port] = address.split(':');
  return new Promise((tell, reject) => {
    const socket = connect(Number(port), host, () => socket.write('INFO server\r\n'));
    socket.once('error', reject).once('data', (text: Buffer) => {
      socket.destroy();
      tell(Number(/process_id:(\d+)/.exec(text.toString())?.[1]));
    });
  });
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, Record<string, unknown>>;
}

/**
 * Asks a Region's API. What is unavailable on a busy machine is repeated under the same key, as clients should.
 */
export function callApi(
  base: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Answered> {
  const key = { 'idempotency-key': randomUUID() };
  const attempt = () =>
    send(base, path, body, {
      ...(body === undefined ? {} : key),
      ...(token === undefined ? {} : { authorization: `Token ${token}` }),
    });
  return eventually(attempt, (answer) => answer.status !== 503);
}

async function send(
  base: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answered> {
  const answer = await fetch(`${base}/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: JSON.parse(text === '' ? '{}' : text) as Answered['body'],
  };
}

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerMessage, Authority } from '../../../../../lib/tools/twin/dns';
import type { RecordSet } from '../../../../../lib/tools/twin/dns';
import { choosePort } from '../../../../../lib/tools/twin/processes';
import { eventually } from '../../../../support/processes';
import { query, subnet, words } from './messages';

/** A strict implementation, where it is installed. */
const GDNSD = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
  .map((directory) => join(directory, 'gdnsd'))
  .find((path) => existsSync(path));
if (GDNSD === undefined) {
  console.warn('NOT RUN: gdnsd, there is no gdnsd here, install it: apt-get install gdnsd');
}
const suite = GDNSD === undefined ? describe.skip : describe;

const ZONE = `$TTL 60
@ SOA ns hostmaster ( 1 7200 1800 259200 900 )
@ NS ns
ns A 127.0.53.1
origin A 127.0.0.1
${Array.from({ length: 100 }, (_, at) => `large A 127.0.1.${at}`).join('\n')}
`;
const set = (name: string, values: readonly string[]): RecordSet => ({
  ...{ key: name, name: `${name}.example.com`, type: 'A', ttl: 60, values },
  ...{ evaluateTargetHealth: false, policy: { kind: 'simple' } },
});
const authority = new Authority({
  zones: ['example.com'],
  records: [
    set('origin', ['127.0.0.1']),
    set(
      'large',
      Array.from({ length: 100 }, (_, at) => `127.0.1.${at}`),
    ),
  ],
  coordinates: {},
  address: '127.0.53.1',
  locate: () => ({}),
});

const CASES: readonly [what: string, message: Buffer][] = [
  ['family 0', query({ options: subnet(0, 0, 0, []) })],
  ['family 3', query({ options: subnet(3, 8, 0, [9]) })],
  ['an IPv4 prefix above 32', query({ options: subnet(1, 33, 0, [9, 1, 1, 1, 0]) })],
  ['an IPv6 prefix above 128', query({ options: subnet(2, 129, 0, Array<number>(17).fill(0)) })],
  ['a scope in a query', query({ options: subnet(1, 24, 24, [9, 1, 1]) })],
  ['an address too short', query({ options: subnet(1, 24, 0, [9, 1]) })],
  ['an address too long', query({ options: subnet(1, 24, 0, [9, 1, 1, 0]) })],
  ['no address', query({ options: subnet(1, 24, 0, []) })],
  ['an address for prefix zero', query({ options: subnet(1, 0, 0, [0]) })],
  ['host bits', query({ options: subnet(1, 20, 0, [9, 1, 1]) })],
  ['IPv6 host bits', query({ options: subnet(2, 33, 0, [32, 1, 13, 184, 1]) })],
  ['nothing but a family', query({ options: Buffer.concat([words(8, 2), words(1)]) })],
  ['half an option', query({ options: Buffer.from([0, 8, 0]) })],
  ['a network', query({ options: subnet(1, 24, 0, [9, 1, 1]) })],
  ['no network', query({ options: subnet(1, 0, 0, []) })],
  ['another zone', query({ name: 'example.org' })],
  ['a missing name', query({ name: 'missing.example.com' })],
  ['a type that is not there', query({ type: 28 })],
  ['NOTIFY', query({ flags: 0x2000 })],
  ['UPDATE', query({ flags: 0x2800 })],
  ['no question', query({ counts: [0, 0, 0, 0] })],
  ['two questions', query({ counts: [2, 0, 0, 0] })],
  ['an answer in a query', query({ counts: [1, 1, 0, 0] })],
  ['a record that is not there', query({ counts: [1, 0, 0, 1] })],
  ['more than fits', query({ name: 'large.example.com' })],
];

/** Code of the answer, whether it is cut, and how many records answer and how many say whose it is. */
function seen(message: Buffer | undefined) {
  if (message === undefined) return undefined;
  const flags = message.readUInt16BE(2);
  const [answers, authorities] = [message.readUInt16BE(6), message.readUInt16BE(8)];
  return { code: flags & 15, cut: (flags & 0x0200) !== 0, answers, authorities };
}

suite('a strict implementation, gdnsd, answers the same', () => {
  let home: string;
  let port: number;
  let judge: ChildProcess;

  const ask = (message: Buffer) =>
    new Promise<Buffer | undefined>((tell) => {
      const socket = createSocket('udp4');
      const late = setTimeout(() => {
        socket.close();
        tell(undefined);
      }, 1_000);
      socket.once('message', (answer) => {
        clearTimeout(late);
        socket.close();
        tell(answer);
      });
      socket.send(message, port, '127.0.0.1');
    });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'meridian-gdnsd-'));
    port = await choosePort('127.0.0.1', 0);
    for (const part of ['zones', 'run', 'state']) mkdirSync(join(home, part));
    const options = `listen => 127.0.0.1, dns_port => ${port}, edns_client_subnet => true`;
    const places = `run_dir => ${join(home, 'run')}, state_dir => ${join(home, 'state')}`;
    writeFileSync(join(home, 'config'), `options => { ${options}, ${places} }\n`);
    writeFileSync(join(home, 'zones/example.com'), ZONE);
    judge = spawn(GDNSD ?? '', ['-c', home, 'start'], { stdio: 'ignore' });
    await eventually(
      () => ask(query()),
      (answer) => answer !== undefined,
    );
  });
  afterAll(async () => {
    const ended = new Promise((tell) => judge.once('exit', tell));
    judge.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  });

  test.each(CASES)('%s', async (_, message) => {
    const judged = seen(await ask(message));
    expect(judged).toBeDefined();
    expect(seen(answerMessage(authority, message, '9.1.1.1', 'udp'))).toEqual(judged);
  });
});

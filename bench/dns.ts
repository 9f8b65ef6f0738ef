import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encode } from 'dns-packet';
import { cpuMilliseconds } from './private/processes';
import type { Figure } from './private/report';

const ADDRESS = '127.0.9.3';
/** Questions on their way at a time: more than a resolver's, fewer than a socket's buffer holds. */
const AT_A_TIME = 64;
const WARM = 20_000;
const ROUNDS = 5;
const QUERIES = 20_000;
/** What leaves 30,000 queries a second to one core, in microseconds. */
const LIMIT_US = 1_000_000 / 30_000;
/** A question without an answer for so long is lost, in milliseconds. */
const LOST_MS = 2_000;

/** Processor time of the twin's name server for an answer by the client's subnet, over UDP. */
export async function measureDns(): Promise<Figure[]> {
  const server = spawn(process.execPath, ['--import', 'tsx', 'bench/fixtures/dns.ts', ADDRESS], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const socket = createSocket('udp4');
  try {
    const [told] = (await once(server.stdout, 'data')) as [Buffer];
    const pid = server.pid ?? 0;
    socket.connect(Number(told.toString()), ADDRESS);
    await once(socket, 'connect');
    await ask(socket, WARM);
    let least = Infinity;
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = cpuMilliseconds(pid);
      await ask(socket, QUERIES);
      least = Math.min(least, ((cpuMilliseconds(pid) - before) * 1_000) / QUERIES);
    }
    return [
      {
        what: 'DNS answer by client subnet over UDP, CPU of the name server',
        ...{ value: least, limit: LIMIT_US, unit: 'µs' },
        basis: `${Math.floor(1_000_000 / least)} a second on one core; 30,000 is the aim; least of ${ROUNDS}`,
      },
    ];
  } finally {
    socket.close();
    server.stdin.end();
    await once(server, 'exit');
  }
}

/** Asks so often, from ever other subnets. @throws Error where an answer fails to come */
async function ask(socket: Socket, count: number): Promise<void> {
  const messages = Array.from({ length: 256 }, (_, at) => question(at));
  let sent = 0;
  let answered = 0;
  await new Promise<void>((resolve, reject) => {
    const lost = setTimeout(() => {
      done(new Error(`no answer to ${sent - answered} of ${sent} questions`));
    }, LOST_MS);
    const next = () => {
      socket.send(messages[sent % messages.length] ?? Buffer.alloc(0));
      sent += 1;
    };
    const onAnswer = () => {
      answered += 1;
      lost.refresh();
      if (answered === count) done();
      else if (sent < count) next();
    };
    const done = (error?: Error) => {
      clearTimeout(lost);
      socket.off('message', onAnswer);
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.on('message', onAnswer);
    for (let at = 0; at < AT_A_TIME; at += 1) next();
  });
}

function question(at: number): Buffer {
  const subnet = {
    ...{ code: 'CLIENT_SUBNET', family: 1, sourcePrefixLength: 24, scopePrefixLength: 0 },
    ip: `203.${at}.113.0`,
  };
  return encode({
    ...{ type: 'query', id: at },
    questions: [{ type: 'A', name: 'origin.example.com' }],
    additionals: [
      { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [subnet] } as never,
    ],
  });
}

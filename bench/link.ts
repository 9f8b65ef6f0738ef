import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { startLink, Switchboard } from '../lib/tools/twin/link';
import { choosePort } from '../lib/tools/twin/processes';
import type { Figure } from './private/report';

const ADDRESS = '127.0.9.2';
const ROUNDS = 2_000;

/** What the link between Regions adds to a question and its answer where it delays nothing. */
export async function measureLink(scratch: string): Promise<Figure[]> {
  const echo = createServer({ noDelay: true }, (socket) => {
    // The link resets what is open when it ends.
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  const target = { address: ADDRESS, port: await choosePort(ADDRESS, 0) };
  await listening(echo, target.port);
  const listen = { address: ADDRESS, port: await choosePort(ADDRESS, 0) };
  const route = { from: 'one', to: 'two', kind: 'requests' as const, listen, target, delayMs: 0 };
  const switchboard = join(scratch, 'link.switchboard');
  const board = Switchboard.create(switchboard, 1);
  const link = await startLink({ routes: [route], switchboard });
  try {
    const direct = await roundTrip(target.port);
    const linked = await roundTrip(listen.port);
    return [
      {
        what: 'link between Regions, added to a round trip',
        value: linked - direct,
        limit: 1,
        unit: 'ms',
        basis: `median of ${ROUNDS}: ${linked.toFixed(3)} ms − ${direct.toFixed(3)} ms`,
      },
    ];
  } finally {
    await link.close();
    board.close();
    echo.close();
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, ADDRESS, resolve);
  });
}

/** Median milliseconds of a byte there and back. */
async function roundTrip(port: number): Promise<number> {
  const socket = await opened(port);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = performance.now();
    const answer = new Promise((resolve) => socket.once('data', resolve));
    socket.write('x');
    await answer;
    times.push(performance.now() - before);
  }
  socket.destroy();
  return times.sort((one, other) => one - other)[ROUNDS / 2] ?? 0;
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ADDRESS, port, noDelay: true }, () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

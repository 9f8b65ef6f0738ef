import type { PostgresServer, ServerOptions } from '../../../../../lib/tools/twin/postgres';
import type { ProcessIdentity } from '../../../../../lib/tools/twin/processes';
import { Restarted } from '../../../../../lib/tools/twin/run/private/restarted';

const PLACE = { address: '127.0.0.1', port: 5432 };
const identity = (pid: number): ProcessIdentity => ({ pid, startTime: 0 });

function serverOf(pid: number): PostgresServer {
  return {
    ...PLACE,
    role: 'standby',
    processes: () => [identity(pid)],
    exited: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}

test('what is being started is struck in the place of what has ended', async () => {
  let ready: (server: PostgresServer) => void = () => undefined;
  const start = ({ onProcess }: Partial<ServerOptions> = {}) => {
    onProcess?.(identity(2));
    return new Promise<PostgresServer>((resolve) => (ready = resolve));
  };
  const server = new Restarted(serverOf(1), start);
  expect(server.processes()).toEqual([identity(1)]);
  const renewed = server.renew(PLACE, () => Promise.resolve());
  await new Promise((done) => setImmediate(done));
  expect(server.processes()).toEqual([identity(2)]);
  ready(serverOf(3));
  await renewed;
  expect(server.processes()).toEqual([identity(3)]);
});

test('one that does not start leaves what was there', async () => {
  const start = ({ onProcess }: Partial<ServerOptions> = {}) => {
    onProcess?.(identity(2));
    return Promise.reject(new Error('it ended'));
  };
  const server = new Restarted(serverOf(1), start);
  await expect(server.renew(PLACE, () => Promise.resolve())).rejects.toThrow('it ended');
  expect(server.processes()).toEqual([identity(1)]);
});

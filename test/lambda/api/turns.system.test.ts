import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono/tiny';
import type { Dependencies } from '../../../lambda/api/dependencies';
import { Lifecycle } from '../../../lambda/api/lifecycle';
import { answerBy } from '../../../lambda/api/listener';
import { ORIGIN_HEADER } from '../../../lambda/api/origin';
import { Turns } from '../../../lambda/api/turns';
import { Admission, OF_A_SERVER } from '../../../lambda/platform/admission';
import { NO_CACHE } from '../../../lambda/platform/cache';
import { Changes } from '../../../lambda/platform/changes';

const BUSY = { isBusy: true };

const turn = () => new Promise((done) => setImmediate(done));

test('what a turn has brought is begun at its end, in order', async () => {
  const turns = new Turns(BUSY);
  const begun: string[] = [];
  for (const name of ['a', 'b', 'c']) turns.begin(() => begun.push(name));
  expect(begun).toEqual([]);
  await turn();
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('what nobody has to wait for is begun at once', () => {
  const turns = new Turns({ isBusy: false });
  const begun: string[] = [];
  turns.noteConnection();
  turns.begin(() => begun.push('a'));
  expect(begun).toEqual(['a']);
});

test('while connections come, each turn begins one', async () => {
  const turns = new Turns(BUSY);
  const begun: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) turns.begin(() => begun.push(name));
  turns.noteConnection();
  await turn();
  expect(begun).toEqual(['a']);
  turns.noteConnection();
  await turn();
  expect(begun).toEqual(['a', 'b']);
  await turn();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

/** A server whose reads go no further than to be begun; what it accepts and begins, in order. */
function startServer() {
  const events: ('connection' | 'read')[] = [];
  const deps: Partial<Dependencies> = {
    ...{ region: 'eu-central-1', changes: new Changes(NO_CACHE), lifecycle: new Lifecycle() },
    ...{
      admission: new Admission({ ...OF_A_SERVER, processor: BUSY }),
      log: () => undefined,
      now: Date.now,
    },
    demandedOrigin: () => {
      events.push('read');
      return Promise.resolve('nobody knows it');
    },
  };
  const server = createServer();
  server.on('connection', () => events.push('connection'));
  return { server: answerBy(server, new Hono(), deps as Dependencies), events };
}

test('reads by kept connections do not keep new ones waiting', async () => {
  const { server, events } = startServer();
  const agent = new Agent({ keepAlive: true });
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const read = (by: Agent) =>
      new Promise<void>((done, fail) => {
        const headers = { [ORIGIN_HEADER]: 'forged' };
        get({ port, host: '127.0.0.1', path: '/api/tags', agent: by, headers }, (response) => {
          response.resume().on('end', done);
        }).on('error', fail);
      });
    const several = (count: number, by: Agent) => Array.from({ length: count }, () => read(by));
    await Promise.all(several(14, agent));
    // Connections go back to those that are kept a moment after their answer.
    await turn();
    events.length = 0;
    const fresh = new Agent({ keepAlive: false });
    await Promise.all([...several(14, agent), ...several(8, fresh)]);
    expect(events.filter((event) => event === 'connection')).toHaveLength(8);
    expect(events.filter((event) => event === 'read')).toHaveLength(22);
    const whileTheyCame = events.slice(0, events.lastIndexOf('connection')).join(' ');
    expect(whileTheyCame).not.toContain('read read');
  } finally {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  }
});

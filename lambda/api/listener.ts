import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono/tiny';
import type { Dependencies } from './dependencies';
import { directReads } from './direct';
import { Turns } from './turns';

/** Lets a server of Node's answer each request: what is read most often first, then the application. */
export function answerBy(server: Server, app: Hono, deps: Dependencies): Server {
  const turns = new Turns(deps.admission);
  const direct = directReads(deps, turns);
  const whole = getRequestListener(app.fetch);
  server.on('connection', () => {
    turns.noteConnection();
  });
  return server.on('request', (request, response) => {
    if (!direct(request, response)) void whole(request, response);
  });
}

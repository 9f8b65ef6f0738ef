import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono/tiny';
import type { Dependencies } from './dependencies';
import { directReads } from './direct';

/** What a server of Node's calls for each request: what is read most often first, then the application. */
export function requestListener(app: Hono, deps: Dependencies): RequestListener {
  const direct = directReads(deps);
  const whole = getRequestListener(app.fetch);
  return (request, response) => {
    if (!direct(request, response)) void whole(request, response);
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Status } from '../../run';
import type { DrillRunner, FaultRunner, View } from '../model';
import { atlas } from './atlas';
import { Feed } from './feed';
import type { PageFile } from './files';
import { readPage } from './files';

export interface ConsoleOptions {
  readonly address: string;
  readonly port: number;
  /** What /status.json answers. */
  readonly status: () => Promise<Status>;
  /** What `/look?city=` answers. @default nobody can be asked */
  readonly look?: (city: string) => Promise<View | undefined>;
}

export interface Console {
  readonly url: string;
  /** Drills that the page offers from now on. */
  readonly offer: (drills: DrillRunner) => void;
  /** Faults by hand that it offers from now on. */
  readonly offerFaults: (faults: FaultRunner) => void;
  /** Answers `POST /operations` from now on. @param answer throws Error whose message is for people */
  readonly operate: (answer: (call: unknown) => Promise<unknown>) => void;
  close(): void;
}

/** The page brings everything with it, so it may load nothing from elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
  "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Longest body of a request, in bytes. */
const MOST_BODY = 1_000;

/**
 * Serves the page with the Regions: what it shows as JSON (`/status.json`), the same as a stream of
 * events (`/events`), drills to start (`POST /drills`), and faults to cause and end (`POST /faults`).
 *
 * @throws NodeJS.ErrnoException where it cannot listen
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { address, port, status } = options;
  const desk: Parts['desk'] = { answer: undefined };
  const parts: Parts = {
    files: await readPage(),
    status,
    feed: new Feed(status),
    desk,
    look: options.look,
  };
  const server = createServer((request, response) => {
    serve(parts, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${address}:${bound.port}/`,
    operate: (answer) => {
      desk.answer = answer;
    },
    offer: (drills) => {
      parts.feed.desk.offer(drills);
    },
    offerFaults: (faults) => {
      parts.feed.faults.offer(faults);
    },
    close: () => {
      parts.feed.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Parts {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly status: () => Promise<Status>;
  readonly feed: Feed;
  readonly look: ConsoleOptions['look'];
  readonly desk: { answer: ((call: unknown) => Promise<unknown>) | undefined };
}

async function serve(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { files, status, feed } = parts;
  // A page elsewhere must not read this one through a name that it points at loopback.
  if (!/^(localhost|[\d.]+|\[[\da-f:]+\])(:\d+)?$/.test(request.headers.host ?? '')) {
    say(response, 421, 'ask for it by its address');
    return;
  }
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path === '/operations') {
    await operate(parts, request, response);
    return;
  }
  if (path === '/drills') {
    await startDrill(feed, request, response);
    return;
  }
  if (path === '/faults') {
    await breakByHand(feed, request, response);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') say(response, 405, 'only to be read');
  else if (path === '/events') await feed.add(response);
  else if (path === '/map.json') {
    send(response, { type: 'application/json', body: atlas() });
  } else if (path === '/look') {
    const city = new URL(request.url ?? '/', 'http://twin').searchParams.get('city') ?? '';
    const view = await parts.look?.(city);
    if (view === undefined) say(response, 404, `nobody looks from ${city}`);
    else send(response, { type: 'application/json', body: JSON.stringify(view) });
  } else if (path === '/status.json') {
    send(response, { type: 'application/json', body: JSON.stringify(await status()) });
  } else {
    const file = files.get(path);
    if (file === undefined) say(response, 404, 'not found');
    else send(response, file);
  }
}

/** Breaks a Region, so nobody but this page may ask for it: another's could not send JSON unasked. */
async function startDrill(
  feed: Feed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (refused(request, response)) return;
  const { name } = wordsIn(await bodyOf(request));
  const [lasting] = feed.faults.board.active;
  if (lasting !== undefined && feed.desk.board.running === null) {
    say(response, 409, `${lasting.name} of ${lasting.region} lasts: a drill needs a whole twin`);
    return;
  }
  const answer = feed.desk.start(name);
  if (answer === 'unknown') say(response, 404, `there is no drill ${String(name)}`);
  else if (answer === 'busy') say(response, 409, 'a drill is under way');
  else {
    feed.tellAll();
    say(response, 202, 'started');
  }
}

/** `POST {"name": …, "region": …, "on": true}` causes a fault, and with `false` ends it. */
async function breakByHand(
  feed: Feed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (refused(request, response)) return;
  const { name, region, on } = wordsIn(await bodyOf(request));
  const { running } = feed.desk.board;
  if (running !== null) {
    say(response, 409, `${running} is under way: it judges what it breaks itself`);
    return;
  }
  try {
    await feed.faults.turn({ name, region, on });
    feed.tellAll();
    say(response, 200, 'done');
  } catch (error) {
    say(response, 422, error instanceof Error ? error.message : String(error));
  }
}

/** Not for pages: commands of whoever runs the twin. */
async function operate(
  { desk }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal !== undefined || desk.answer === undefined) {
    say(response, ...(refusal ?? [404, 'the twin has nothing to operate']));
    return;
  }
  try {
    const call: unknown = JSON.parse(await bodyOf(request));
    const answer = await desk.answer(call);
    send(response, { type: 'application/json', body: JSON.stringify(answer ?? null) });
  } catch (error) {
    say(response, 422, error instanceof Error ? error.message : String(error));
  }
}

/** Whether it was answered with the reason why nobody but this page may ask. */
function refused(request: IncomingMessage, response: ServerResponse): boolean {
  const refusal = refusalOf(request);
  if (refusal !== undefined) say(response, ...refusal);
  return refusal !== undefined;
}

function refusalOf({ method, headers }: IncomingMessage): [number, string] | undefined {
  const { origin, host = '' } = headers;
  if (method !== 'POST') return [405, 'POST {"name": …}'];
  if (origin !== undefined && origin !== `http://${host}`) return [403, 'not from there'];
  if (headers['content-type'] !== 'application/json') return [415, 'JSON only'];
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > MOST_BODY) return '';
  }
  return text;
}

function wordsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) as Readonly<Record<string, unknown>> | null) ?? {};
  } catch {
    return {};
  }
}

function send(
  response: ServerResponse,
  { type, body }: { type: string; body: string | Buffer },
): void {
  response.writeHead(200, {
    'content-type': type,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}

function say(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${words}\n`);
}

import type { ConsoleState, DrillOutcome } from '../../../../../lib/tools/twin/console';
import { startConsole } from '../../../../../lib/tools/twin/console';
import type { Console } from '../../../../../lib/tools/twin/console';
import { eventually } from '../../../../support/processes';
import { statusWith } from './statuses';

let page: Console;
let status = statusWith();
let finish: ((outcome: DrillOutcome) => void) | undefined;
let refuse: ((error: Error) => void) | undefined;

beforeEach(async () => {
  status = statusWith();
  page = await startConsole({
    address: '127.0.0.1',
    port: 0,
    status: () => Promise.resolve(status),
  });
  page.offer({
    available: [{ name: 'region-killed', summary: 'a Region is gone' }],
    run: (_name, onEvent) => {
      onEvent('fault');
      return new Promise((resolve, reject) => ([finish, refuse] = [resolve, reject]));
    },
  });
});
afterEach(() => {
  page.close();
});

const OUTCOME: DrillOutcome = {
  passed: true,
  expectations: [],
  regions: { hit: 'eu-west-1', writer: 'us-west-2' },
  rto: { detect: 1, total: 1 },
  rtoAsConfigured: { detect: 30, total: 30 },
  rpo: { acknowledged: 9, lost: 0, doubled: 0 },
};

/** What the page has heard so far; ends with the console. */
async function listen(): Promise<readonly ConsoleState[]> {
  const heard: ConsoleState[] = [];
  const answer = await fetch(new URL('events', page.url));
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      const messages = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = messages.pop() ?? '';
      heard.push(...messages.map((it) => JSON.parse(it.slice(6)) as ConsoleState));
    }
  };
  read().catch(() => undefined);
  return heard;
}

const post = (
  body: string,
  headers: Record<string, string> = {},
  path = 'drills',
): Promise<Response> =>
  fetch(new URL(path, page.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const DRILL = JSON.stringify({ name: 'region-killed' });

test('whoever opens the page is told at once, and then of every change', async () => {
  const heard = await listen();
  await eventually(
    () => heard.length,
    (count) => count > 0,
  );
  expect(heard[0]?.status.regions['us-west-2']).toMatchObject({ city: 'Oregon', healthy: true });
  status = statusWith({}, { healthy: false });
  const timeline = await eventually(
    () => heard.at(-1)?.timeline ?? [],
    ({ length }) => length > 0,
  );
  expect(timeline).toMatchObject([
    { kind: 'health', text: 'Oregon is unhealthy: DNS sends nobody there' },
  ]);
});

test('a drill is started once, tells what happens, and leaves its result', async () => {
  const heard = await listen();
  expect((await post(DRILL)).status).toBe(202);
  expect((await post(DRILL)).status).toBe(409);
  finish?.(OUTCOME);
  const { drills, timeline } = (await eventually(
    () => heard.at(-1),
    (state) => state !== undefined && state.drills.last !== null,
  ))!;
  expect(drills).toMatchObject({ running: null, last: { outcome: { passed: true } } });
  expect(timeline.map(({ text }) => text)).toEqual([
    'region-killed: begins',
    'region-killed: fault',
    'region-killed: passed',
  ]);
  expect((await post(DRILL)).status).toBe(202);
});

test('a drill that cannot be run says why', async () => {
  const heard = await listen();
  await post(DRILL);
  refuse?.(new Error('it takes two Regions'));
  const last = await eventually(
    () => heard.at(-1)?.drills.last,
    (it) => it !== undefined && it !== null,
  );
  expect(last).toEqual({ name: 'region-killed', refused: 'it takes two Regions' });
});

test.each<[string, number, () => Promise<Response>]>([
  ['a drill that there is not', 404, () => post('{"name":"world-ends"}')],
  ['what is no JSON', 404, () => post('name=region-killed')],
  ['a form, which any page could send', 415, () => post(DRILL, { 'content-type': 'text/plain' })],
  ['the page of somebody else', 403, () => post(DRILL, { origin: 'http://evil.example' })],
  ['a name of elsewhere', 421, () => withHost('evil.example')],
])('it refuses %s', async (_what, expected, asked) => {
  expect((await asked()).status).toBe(expected);
});

const turn = (on: unknown, region = 'eu-west-1', name = 'freeze'): Promise<Response> =>
  post(JSON.stringify({ name, region, on }), {}, 'faults');

function offerFreeze(): { ended: number } {
  const seen = { ended: 0 };
  page.offerFaults({
    available: [
      {
        ...{ name: 'freeze', label: 'Freeze', undo: 'Wake up', summary: 'stands still' },
        regions: ['eu-west-1', 'us-west-2'],
      },
    ],
    strike: () =>
      Promise.resolve(() => {
        seen.ended += 1;
      }),
  });
  return seen;
}

test('a fault by hand lasts until it is ended, and the page is told of both', async () => {
  const seen = offerFreeze();
  const heard = await listen();
  expect((await turn(true)).status).toBe(200);
  await eventually(
    () => heard.at(-1)?.faults.active ?? [],
    ({ length }) => length === 1,
  );
  expect(heard.at(-1)?.faults.active).toEqual([{ name: 'freeze', region: 'eu-west-1' }]);
  expect(seen.ended).toBe(0);
  expect((await turn(false)).status).toBe(200);
  expect(seen.ended).toBe(1);
  await eventually(
    () => heard.at(-1)?.faults.active ?? [{}],
    ({ length }) => length === 0,
  );
  expect(heard.at(-1)?.timeline.map(({ text }) => text)).toEqual([
    'Freeze: eu-west-1',
    'Wake up: eu-west-1',
  ]);
});

test('faults and drills keep out of each other’s way', async () => {
  offerFreeze();
  expect((await turn(true)).status).toBe(200);
  const drill = await post(DRILL);
  expect([drill.status, await drill.text()]).toEqual([
    409,
    'freeze of eu-west-1 lasts: a drill needs a whole twin\n',
  ]);
  expect((await turn(false)).status).toBe(200);
  expect((await post(DRILL)).status).toBe(202);
  const fault = await turn(true);
  expect([fault.status, await fault.text()]).toEqual([
    409,
    'region-killed is under way: it judges what it breaks itself\n',
  ]);
});

test('whoever closes the page’s server ends the faults that last', async () => {
  const seen = offerFreeze();
  expect((await turn(true)).status).toBe(200);
  page.close();
  expect(seen.ended).toBe(1);
});

test.each([
  ['no such fault', () => turn(true, 'eu-west-1', 'melt'), 'name: there is no fault melt; one of'],
  ['no such Region', () => turn(true, 'eu-west-9'), 'region: freeze strikes none named eu-west-9'],
  ['neither on nor off', () => turn('maybe'), 'on: true or false, got: maybe'],
  ['the end of what does not last', () => turn(false), 'freeze of eu-west-1 does not last'],
])('a fault is refused for %s', async (_what, asked, words) => {
  offerFreeze();
  const answer = await asked();
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain(words);
});

/** `fetch` would not let a page say this; a name that points at loopback would. */
async function withHost(host: string): Promise<Response> {
  const { request } = await import('node:http');
  return new Promise((tell, reject) => {
    const asked = request(page.url, { headers: { host } }, (answer) => {
      answer.resume();
      tell(new Response(null, { status: answer.statusCode ?? 0 }));
    });
    asked.once('error', reject).end();
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createSilence } from 'node:net';
import { keptSecret } from '../../../../lib/handlers/canary/kept-secret';
import { metricLines } from '../../../../lib/handlers/canary/metrics';
import { probe } from '../../../../lib/handlers/canary/probe';
import type { Check, Finding } from '../../../../lib/handlers/canary/probe';

const open: Server[] = [];
const silent: { readonly destroy: () => unknown }[] = [];
afterEach(async () => {
  for (const socket of silent.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map(async (it) => await new Promise((end) => it.close(end))));
});

async function listening(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Answers = (request: IncomingMessage, response: ServerResponse) => void;
const serving = async (answers: Answers) => await listening(createServer(answers));
const answering = async (status: number, type: string, body: string) =>
  await serving((_, response) => response.writeHead(status, { 'content-type': type }).end(body));

const OPTIONS = { timeoutMs: 5_000, secret: async () => await Promise.resolve('s3cret') };

async function findingOf(check: Check, options = OPTIONS): Promise<Finding> {
  const [finding] = await probe([{ name: 'own-region', checks: [check] }], options);
  return finding!;
}
const whyOf = async (check: Check, options = OPTIONS) =>
  (await findingOf(check, options)).answers[0]!.why;

test.each([
  ['200 is enough where no more is asked', 200, 'text/plain', 'ok', 'status', null],
  ['JSON is read', 200, 'application/json', '{"tags":[]}', 'json', null],
  ['a list is JSON as well', 200, 'application/json', '[]', 'json', null],
  ['a page has text', 200, 'text/html; charset=utf-8', '<title>x</title>', 'page', null],
  ['an error is told by its status', 503, 'application/json', '{}', 'json', 'status 503'],
  ['a refusal by the door too', 403, 'text/plain', 'Forbidden', 'json', 'status 403'],
  ['a redirect is no answer', 301, 'text/plain', '', 'status', 'status 301'],
  ['half of a JSON text is none', 200, 'application/json', '{"tags":[', 'json', 'no JSON'],
  ['a page in place of JSON is wrong', 200, 'text/html', '<html></html>', 'json', 'no JSON'],
  ['an empty page is none', 200, 'text/html', '', 'page', 'no page'],
  ['JSON in place of a page is wrong', 200, 'application/json', '{}', 'page', 'no page'],
] as const)('%s', async (_says, status, type, body, expects, why) => {
  const url = `${await answering(status, type, body)}/api/tags`;
  const finding = await findingOf({ url, expects });
  expect(finding).toMatchObject({ target: 'own-region', good: why === null });
  expect(finding.answers).toMatchObject([{ url, why }]);
});

test('who does not answer is given up, whether it never begins or never ends', async () => {
  const deaf = createSilence((socket) => silent.push(socket));
  const slow = await serving((request, response) => {
    silent.push(request.socket);
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"tags":[');
  });
  const options = { ...OPTIONS, timeoutMs: 60 };
  for (const url of [await listening(deaf), slow]) {
    const finding = await findingOf({ url, expects: 'json' }, options);
    expect(finding).toMatchObject({ good: false, answers: [{ why: 'timeout' }] });
    expect(finding.milliseconds).toBeGreaterThanOrEqual(50);
  }
});

test('how long an answer took is told up to its last byte', async () => {
  const url = await serving((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    setTimeout(() => response.end('}'), 120);
  });
  const { good, milliseconds } = await findingOf({ url, expects: 'json' });
  expect(good).toBe(true);
  expect(milliseconds).toBeGreaterThanOrEqual(100);
});

test('where nobody listens, and who hangs up, is told by a code', async () => {
  const gone = await serving((request) => request.socket.destroy());
  const closed = createServer();
  const nobody = await listening(closed);
  await new Promise((end) => closed.close(end));
  expect(await whyOf({ url: nobody, expects: 'status' })).toBe('ECONNREFUSED');
  expect(await whyOf({ url: gone, expects: 'status' })).toBe('ECONNRESET');
});

test('an answer without an end is not read for ever', async () => {
  const url = await serving((request, response) => {
    silent.push(request.socket);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  expect(await whyOf({ url, expects: 'json' })).toBe('more than 1048576 bytes');
});

test('the door is told the secret only where it demands it, on a new connection each time', async () => {
  const seen: { readonly secret: unknown; readonly agent: unknown }[] = [];
  const ports = new Set<number | undefined>();
  const url = await serving(({ headers, socket }, response) => {
    seen.push({ secret: headers['x-origin-verify'], agent: headers['user-agent'] });
    ports.add(socket.remotePort);
    response.end('{}');
  });
  await findingOf({ url, expects: 'json', verified: true });
  await findingOf({ url, expects: 'json' });
  const agent = 'meridian-canary';
  expect(seen).toEqual([
    { agent, secret: 's3cret' },
    { agent, secret: undefined },
  ]);
  expect(ports.size).toBe(2);
});

test('without the secret what needs it fails, and nothing else', async () => {
  const url = await answering(200, 'application/json', '{}');
  const secret = async () => await Promise.reject(new Error('no origin secret'));
  const checks: Check[] = [
    { url, expects: 'status' },
    { url, expects: 'json', verified: true },
  ];
  const findings = await probe(
    [
      { name: 'own-region', checks },
      { name: 'global-name', checks: checks.slice(0, 1) },
      { name: 'nothing', checks: [] },
    ],
    { ...OPTIONS, secret },
  );
  expect(findings.map(({ target, good }) => [target, good])).toEqual([
    ['own-region', false],
    ['global-name', true],
    // Who asks for nothing knows nothing.
    ['nothing', false],
  ]);
  expect(findings[0]!.answers.map(({ why }) => why)).toEqual([null, 'no origin secret']);
});

test('metrics are told as CloudWatch reads them, with what went wrong beside them', () => {
  const answers = [{ url: 'https://example.com/', milliseconds: 12, why: 'status 503' }];
  const findings = [
    { target: 'global-name', good: false, milliseconds: 12, answers },
    { target: 'own-region', good: true, milliseconds: 7, answers: [] },
  ];
  const lines = metricLines(findings, 'Meridian/x/Canary', 1_764_000_000_000);
  const [bad, good] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(bad).toEqual({
    _aws: {
      Timestamp: 1_764_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Meridian/x/Canary',
          Dimensions: [['Target']],
          Metrics: [{ Name: 'Good' }, { Name: 'Latency', Unit: 'Milliseconds' }],
        },
      ],
    },
    ...{ level: 'error', Target: 'global-name', Good: 0, Latency: 12, answers },
  });
  expect(good).toMatchObject({ level: 'info', Target: 'own-region', Good: 1, Latency: 7 });
});

test('a secret is read once for all who ask, again after a while, and kept while it cannot be read', async () => {
  let clock = 0;
  let reads = 0;
  let broken = false;
  const read = async (): Promise<string> => {
    reads += 1;
    if (broken) throw new Error('throttled');
    return await Promise.resolve(`v${reads}`);
  };
  const secret = keptSecret(read, 100, () => clock);
  expect(await Promise.all([secret(), secret()])).toEqual(['v1', 'v1']);
  clock = 100;
  expect(await secret()).toBe('v2');
  broken = true;
  clock = 300;
  expect(await secret()).toBe('v2');
  expect(reads).toBe(3);
  const never = keptSecret(read, 100, () => clock);
  await expect(never()).rejects.toThrow('throttled');
  await expect(never()).rejects.toThrow('throttled');
});

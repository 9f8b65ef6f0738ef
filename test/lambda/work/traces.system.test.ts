import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogFields } from '../../../lambda/platform/log';
import { spanSender } from '../../../lambda/platform/spans';
import { Tracer } from '../../../lambda/platform/trace';
import { overHttp } from '../support/client';
import { joined, publish } from '../support/live';
import { type QueuedWorld, type Someone, startQueuedWorld } from '../support/queued';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

interface Line extends LogFields {
  readonly region: string;
  readonly message: string;
}

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly region: string;
}

const SPAN = '00f067aa0ba902b7';
let serial = 0;
/** By its last digits always among the sampled ones, or among the others. */
const newId = (sampled: boolean) => {
  serial += 1;
  return `4bf92f3577b34da6a3ce${String(serial).padStart(4, '0')}${sampled ? '0' : 'f'}0000000`;
};

let world: QueuedWorld;
let collector: Server;
let writer: Someone;
const lines: Line[] = [];
const spans: SentSpan[] = [];
const asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ path: request.url!, headers: request.headers });
      take(JSON.parse(Buffer.concat(chunks).toString()) as Traces);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const xray = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  world = await startQueuedWorld();
  for (const { deps, settings } of [world.home, world.away]) {
    const { region } = deps;
    const aws = { ...settings.aws, endpoints: { xray } };
    Object.assign(deps, {
      log: (_: string, message: string, fields?: LogFields) => {
        lines.push({ region, message, ...fields });
      },
      tracer: new Tracer(0.5, spanSender({ region, program: 'api', aws })),
    });
  }
  writer = await joined(overHttp, world.home);
}, 60_000);

afterAll(async () => {
  await world.stop();
  collector.close();
}, 30_000);

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<SentSpan, 'region'>[] }[];
  }[];
}

function take({ resourceSpans }: Traces): void {
  for (const { resource, scopeSpans } of resourceSpans) {
    const region = resource.attributes.find(({ key }) => key === 'cloud.region')!.value;
    for (const { spans: own } of scopeSpans)
      spans.push(
        ...own.map((span) => ({
          ...span,
          region: (region as { stringValue: string }).stringValue,
        })),
      );
  }
}

const post = (region: RegionOfTest, headers: Readonly<Record<string, string>>) =>
  publish(
    overHttp,
    region,
    { authorization: writer.authorization, ...headers },
    { title: `Traced ${serial}` },
  );

/** What all logs say of a trace, when its message has been seen to: requests first, the owner's before. */
async function told(trace: string): Promise<readonly Line[]> {
  const of = () => lines.filter((line) => line['trace'] === trace);
  for (const until = Date.now() + 10_000; Date.now() < until;) {
    if (of().some(({ message }) => message === 'message')) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const place = ({ message, region }: Line) => `${message === 'request' ? 0 : 1} ${region}`;
  return of().sort((one, other) => place(one).localeCompare(place(other)));
}

test('a write that another Region owns, and what the queue makes of it, bear one id in the logs of both', async () => {
  const trace = newId(true);
  const answer = await post(world.away, { traceparent: `00-${trace}-${SPAN}-00` });
  expect(answer.status).toBe(201);
  const all = await told(trace);
  const request = { message: 'request', method: 'POST', path: '/api/articles' };
  expect(all).toEqual([
    expect.objectContaining({ ...request, region: HOME, status: 200, forwardedBy: AWAY }),
    expect.objectContaining({ ...request, region: AWAY, status: 201 }),
    expect.objectContaining({ message: 'message', region: HOME, type: 'event', kind: 'posted' }),
  ]);

  await Promise.all([world.home, world.away].map(({ deps }) => deps.tracer!.flush()));
  const own = spans.filter(({ traceId }) => traceId === trace);
  const of = (region: string, kind: number) =>
    own.find((span) => span.region === region && span.kind === kind)!;
  expect(own).toHaveLength(3);
  // Each piece names the one that asked for it.
  expect(of(AWAY, 2)).toMatchObject({ name: 'POST', parentSpanId: SPAN });
  expect(of(HOME, 2)).toMatchObject({ name: 'POST', parentSpanId: of(AWAY, 2).spanId });
  expect(of(HOME, 5)).toMatchObject({ name: 'event' });
  expect(of(AWAY, 2).attributes).toContainEqual({
    key: 'http.response.status_code',
    value: { intValue: '201' },
  });
  for (const { startTimeUnixNano: from, endTimeUnixNano: to } of own)
    expect(BigInt(to) >= BigInt(from) && BigInt(from) > 1_700_000_000_000_000_000n).toBe(true);
  for (const { path, headers } of asked) {
    expect(path).toBe('/v1/traces');
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/(eu-central-1|us-east-2)\/xray\/aws4_request, /,
    );
  }
}, 30_000);

test("without a peer's it is the id that the load balancer gives; what is not sampled is logged and not sent", async () => {
  const trace = newId(false);
  const root = `Root=1-${trace.slice(0, 8)}-${trace.slice(8)}`;
  const answer = await post(world.away, { 'x-amzn-trace-id': `Self=1-0-0;${root}` });
  expect(answer.status).toBe(201);
  expect((await told(trace)).map(({ region, message }) => `${message} ${region}`)).toEqual([
    `request ${HOME}`,
    `request ${AWAY}`,
    `message ${HOME}`,
  ]);
  await Promise.all([world.home, world.away].map(({ deps }) => deps.tracer!.flush()));
  expect(spans.filter(({ traceId }) => traceId === trace)).toEqual([]);
}, 30_000);

test('a read that is answered without the framework is traced too', async () => {
  const trace = newId(true);
  const read = () =>
    overHttp(world.home, 'GET', '/api/tags', undefined, { traceparent: `00-${trace}-${SPAN}-01` });
  expect((await read()).status).toBe(200);
  const of = () => lines.filter((line) => line['trace'] === trace);
  expect(of()).toEqual([expect.objectContaining({ message: 'request', path: '/api/tags' })]);
}, 30_000);

test('where nothing is traced, no line and no message has an id', async () => {
  const { home, away } = world;
  const tracers = [home, away].map(({ deps }) => deps.tracer);
  for (const { deps } of [home, away]) Object.assign(deps, { tracer: undefined });
  const before = lines.length;
  const trace = newId(true);
  expect((await post(away, { traceparent: `00-${trace}-${SPAN}-01` })).status).toBe(201);
  const content = await home.deps.databases.writer(
    (await home.deps.topology.current()).document.shards['s0']!,
    'content',
  );
  const [row] = await content<{ trace: string | null }[]>`
    select trace from events order by id desc limit 1`;
  expect(row).toEqual({ trace: null });
  expect(lines.slice(before).filter((line) => line['trace'] !== undefined)).toEqual([]);
  [home, away].forEach(({ deps }, index) => Object.assign(deps, { tracer: tracers[index] }));
}, 30_000);

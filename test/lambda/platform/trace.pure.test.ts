import {
  type Span,
  traceOf,
  traceparentOf,
  Tracer,
  traceWrites,
} from '../../../lambda/platform/trace';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const none = () => Promise.resolve();
const headers = (of: Readonly<Record<string, string>>) => (name: string) => of[name];
const idOf = (of: Readonly<Record<string, string>>) =>
  new Tracer(0, none).ofRequest(headers(of)).id;

test("a trace is the peer's, else the load balancer's, else a new one", () => {
  const traceparent = `00-${ID}-${SPAN}-01`;
  const amazon = 'Self=1-67891234-12456789abcdef012345678;Root=1-67891233-ABCDEF012345678912345678';
  expect(idOf({ traceparent, 'x-amzn-trace-id': amazon })).toBe(ID);
  expect(idOf({ 'x-amzn-trace-id': amazon })).toBe('67891233abcdef012345678912345678');
  expect(idOf({})).toMatch(/^[0-9a-f]{32}$/);
  expect(idOf({})).not.toBe(idOf({}));
});

test.each([
  ['of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['of a span of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
  ['in capitals', `00-${ID.toUpperCase()}-${SPAN}-01`],
  ['too short', `00-${ID.slice(1)}-${SPAN}-01`],
  ['a line of a log', `00-${ID}\n-${SPAN}-01`],
])('an id that is none (%s) is not taken', (_, traceparent) => {
  expect(idOf({ traceparent })).toMatch(/^[0-9a-f]{32}$/);
  expect(idOf({ traceparent })).not.toBe(ID);
});

test('what goes on names the piece that asks', () => {
  const tracer = new Tracer(1, none);
  const first = tracer.ofRequest(headers({ traceparent: `00-${ID}-${SPAN}-00` }));
  expect(first).toMatchObject({ id: ID, parent: SPAN, sampled: true });
  const next = tracer.ofRequest(headers({ traceparent: traceparentOf(first) }));
  expect(next).toMatchObject({ id: ID, parent: first.span });
  expect(next.span).not.toBe(first.span);
});

test('which are sampled follows from their ids, the same in every Region, whatever a header asks for', () => {
  const [one, other] = [new Tracer(0.25, none), new Tracer(0.25, none)];
  let sampled = 0;
  for (let index = 0; index < 4_000; index += 1) {
    const { id, sampled: here } = one.ofRequest(headers({}));
    const there = other.ofRequest(headers({ traceparent: `00-${id}-${SPAN}-01` }));
    expect(there.sampled).toBe(here);
    expect(other.ofMessage(id)?.sampled).toBe(here);
    if (here) sampled += 1;
  }
  // Five standard deviations.
  expect(Math.abs(sampled - 1_000)).toBeLessThan(137);
  expect(new Tracer(0, none).ofMessage(ID)?.sampled).toBe(false);
  expect(new Tracer(1, none).ofMessage('f'.repeat(32))?.sampled).toBe(true);
});

test('a message without a trace, or with what is none, has none', () => {
  const tracer = new Tracer(1, none);
  expect([undefined, '', 'x'.repeat(32)].map((id) => tracer.ofMessage(id))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

const what = { name: 'GET', kind: 'request', failed: false, attributes: {} } as const;

test('sampled pieces are sent together, the others never', async () => {
  const sent: (readonly Span[])[] = [];
  const tracer = new Tracer(0.5, (spans) => {
    sent.push(spans);
    return none();
  });
  for (const last of ['00000000', 'ffffffff', '00000001'])
    tracer.end(tracer.ofMessage(ID.slice(0, 24) + last)!, what);
  await tracer.flush();
  await tracer.flush();
  expect(sent.map((spans) => spans.map(({ id }) => id.slice(-8)))).toEqual([
    ['00000000', '00000001'],
  ]);
});

test('where they are not taken they are lost, and not tried again for a minute', async () => {
  let now = 0;
  let asked = 0;
  const refuse = () => {
    asked += 1;
    return Promise.reject(new Error('no'));
  };
  const tracer = new Tracer(1, refuse, () => now);
  const once = async () => {
    tracer.end(tracer.ofMessage(ID)!, what);
    await tracer.flush();
  };
  await once();
  await once();
  expect(asked).toBe(1);
  now = 60_000;
  await once();
  expect(asked).toBe(2);
});

test('a storm keeps no more than can be sent', async () => {
  let kept = 0;
  const tracer = new Tracer(1, (spans) => {
    kept = spans.length;
    return none();
  });
  for (let index = 0; index < 1_000; index += 1) tracer.end(tracer.ofMessage(ID)!, what);
  await tracer.flush();
  expect(kept).toBe(200);
});

test('a transaction is of the trace that its write is of', () => {
  const transaction = {};
  traceWrites(transaction, undefined);
  expect(traceOf(transaction)).toBeUndefined();
  traceWrites(transaction, new Tracer(1, none).ofMessage(ID));
  expect(traceOf(transaction)).toBe(ID);
});

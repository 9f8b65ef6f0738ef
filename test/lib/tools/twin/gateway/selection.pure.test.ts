import { Selection } from '../../../../../lib/tools/twin/gateway';
import type { BalancingConfig, Candidate } from '../../../../../lib/tools/twin/gateway';

const server = (id: string, of: Partial<Candidate> = {}): Candidate => ({
  ...{ id, outstanding: 0, healthyMs: 3_600_000, latencyMs: 10, errors: 0 },
  ...of,
});

/** Even steps through 0 to 1 in place of chance, so that shares are exact. */
function steps(count: number): () => number {
  let at = 0;
  return () => ((at++ * 7919) % count) / count;
}

function shares(
  how: Partial<BalancingConfig> & Pick<BalancingConfig, 'algorithm'>,
  candidates: readonly Candidate[],
  sourceOf: (request: number) => string = () => '192.0.2.1',
): Readonly<Record<string, number>> {
  const requests = 1000;
  const selection = new Selection({ anomalyMitigation: false, ...how }, 1, steps(requests));
  const counts: Record<string, number> = {};
  for (let request = 0; request < requests; request += 1) {
    const chosen = selection.choose(candidates, sourceOf(request))!;
    counts[chosen.id] = (counts[chosen.id] ?? 0) + 1;
  }
  return counts;
}

test('round robin takes turns, whatever servers have in hand', () => {
  const servers = [server('a', { outstanding: 9 }), server('b'), server('c'), server('d')];
  expect(shares({ algorithm: 'round-robin' }, servers)).toEqual({ a: 250, b: 250, c: 250, d: 250 });
});

test('with slow start a new server gets the share of its age, spread among the turns of the others', () => {
  const how = { algorithm: 'round-robin', slowStartSeconds: 100 } as const;
  const servers = [server('new', { healthyMs: 25_000 }), server('old')];
  expect(shares(how, servers)).toEqual({ new: 200, old: 800 });
  expect(shares(how, [server('new', { healthyMs: 0 }), server('old')])['new']).toBeCloseTo(48, -1);
  const selection = new Selection({ ...how, anomalyMitigation: false });
  const turns = Array.from({ length: 10 }, () => selection.choose(servers, '')!.id);
  expect(turns.join()).not.toContain('new,new');
});

test('the server with the fewest requests in hand is chosen; equal ones take turns', () => {
  const servers = [server('a', { outstanding: 2 }), server('b'), server('c')];
  expect(shares({ algorithm: 'least-outstanding-requests' }, servers)).toEqual({ b: 500, c: 500 });
});

test('at random all get the same; with mitigation, whoever fails more than the others gets a tenth', () => {
  const servers = [server('a', { errors: 0.9 }), server('b'), server('c', { errors: 0.01 })];
  const plain = shares({ algorithm: 'weighted-random' }, servers);
  for (const share of Object.values(plain)) expect(share).toBeCloseTo(333, -1);
  const how = { algorithm: 'weighted-random', anomalyMitigation: true } as const;
  expect(shares(how, servers)['a']).toBeCloseTo(1000 * (0.1 / 2.1), -1);
  // All fail alike: it is not the servers.
  const failing = ['a', 'b', 'c'].map((id) => server(id, { errors: 0.9 }));
  for (const share of Object.values(shares(how, failing))) expect(share).toBeCloseTo(333, -1);
});

test('the fastest answers get the requests, until they have so many in hand that others are sooner', () => {
  const how = { algorithm: 'fastest-response' } as const;
  const slow = server('slow', { latencyMs: 100 });
  expect(shares(how, [slow, server('fast')])).toEqual({ fast: 1000 });
  expect(shares(how, [slow, server('fast', { outstanding: 10 })])).toEqual({ slow: 1000 });
  expect(shares(how, [slow, server('new', { latencyMs: undefined })])).toEqual({ new: 1000 });
});

test('a source stays with its server, sources are spread, and a loss moves only who was there', () => {
  const how = { algorithm: 'source-ip-hash' } as const;
  const servers = ['a', 'b', 'c', 'd'].map((id) => server(id));
  expect(Object.keys(shares(how, servers))).toHaveLength(1);
  const source = (request: number) => `203.0.${request >> 8}.${request & 255}`;
  for (const share of Object.values(shares(how, servers, source))) {
    expect(share).toBeGreaterThan(200);
    expect(share).toBeLessThan(300);
  }
  const selection = new Selection({ ...how, anomalyMitigation: false });
  for (let request = 0; request < 200; request += 1) {
    const before = selection.choose(servers, source(request))!.id;
    const after = selection.choose(servers.slice(0, 3), source(request))!.id;
    if (before !== 'd') expect(after).toBe(before);
  }
});

test('of no servers none is chosen', () => {
  for (const algorithm of [
    'round-robin',
    'least-outstanding-requests',
    'weighted-random',
    'fastest-response',
    'source-ip-hash',
  ] as const) {
    const selection = new Selection({ algorithm, anomalyMitigation: false });
    const chosen: Candidate | undefined = selection.choose<Candidate>([], '');
    expect(chosen).toBeUndefined();
  }
});

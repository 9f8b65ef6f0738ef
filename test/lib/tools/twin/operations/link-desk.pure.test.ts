import type { Route } from '../../../../../lib/tools/twin/link';
import { Conditions, CONTROL } from '../../../../../lib/tools/twin/link';
import type { LinkCall } from '../../../../../lib/tools/twin/operations';
import { changeLink } from '../../../../../lib/tools/twin/operations/private/link-desk';

const place = { address: '127.0.0.1', port: 1 };
const route = { kind: 'requests' as const, delayMs: 40, listen: place, target: place };
const ROUTES: readonly Route[] = [
  { from: 'one', to: 'two', ...route },
  { from: 'one', to: CONTROL, ...route, kind: 'control', delayMs: 0 },
];

/** A link without its process: what it is told is written down. */
function desk() {
  const conditions = new Conditions(ROUTES);
  const cut = ROUTES.map(() => false);
  const mark = (how: boolean) => (affects: (it: Route) => boolean) => {
    for (const [at, it] of ROUTES.entries()) if (affects(it)) cut[at] = how;
  };
  const link = {
    ...{ routes: ROUTES, via: () => place, cut: mark(true), heal: mark(false) },
    set: (...change: Parameters<Conditions['set']>) => {
      conditions.set(...change);
      return Promise.resolve();
    },
    reset: (lines: Parameters<Conditions['reset']>[0]) => {
      conditions.reset(lines);
      return Promise.resolve();
    },
    lines: () => conditions.lines((at) => cut[at] === true),
  };
  const regions = ['one', 'two'].map((name) => ({ plan: { name } }));
  const parts = { link, regions } as unknown as Parameters<typeof changeLink>[0];
  return async (call: Omit<LinkCall, 'call'>) => {
    const [line, control] = await changeLink(parts, { call: 'link', ...call });
    return { line, control };
  };
}

describe('what is asked of the network between Regions', () => {
  test('is set, in the units of people, and told', async () => {
    const values = { latencyMs: 80, jitterMs: 9, lossPercent: 2, megabitsPerSecond: 50 };
    const { line, control } = await desk()(values);
    expect(line).toMatchObject({ ...values, cut: false });
    expect(control).toMatchObject({ latencyMs: 0, lossPercent: 0 });
  });

  test('may be that it is cut, and open again', async () => {
    const ask = desk();
    expect((await ask({ cut: true })).line?.cut).toBe(true);
    expect((await ask({ lossPercent: 1 })).line?.cut).toBe(true);
    expect((await ask({ cut: false })).line).toMatchObject({ cut: false, lossPercent: 1 });
  });

  test('may be that all is as at the beginning', async () => {
    const ask = desk();
    await ask({ cut: true, jitterMs: 7 });
    const { line } = await ask({ reset: true });
    expect(line).toMatchObject({ cut: false, jitterMs: 0, latencyMs: 40 });
  });

  test('is refused with everything that is wrong, and then nothing is changed', async () => {
    const ask = desk();
    const wrong = { between: ['one', 'moon'], traffic: 'mail', lossPercent: 80, jitterMs: -1 };
    await expect(ask(wrong as unknown as LinkCall)).rejects.toThrow(
      [
        'between: moon is no end of a line; there are one, two, control',
        'traffic: must be one of requests, replication, tables, control, got: mail',
        'jitterMs: must be a number from 0 to 60000, got: -1',
        'lossPercent: must be a number from 0 to 50, got: 80',
      ].join('\n'),
    );
    expect((await ask({})).line).toMatchObject({ lossPercent: 0, jitterMs: 0 });
  });
});

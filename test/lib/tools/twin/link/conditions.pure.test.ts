import type { Route, Traffic } from '../../../../../lib/tools/twin/link';
import { Conditions, CONTROL } from '../../../../../lib/tools/twin/link';

const place = { address: '127.0.0.1', port: 1 };
const route = (from: string, to: string, kind: Traffic, delayMs: number): Route => ({
  ...{ from, to, kind, delayMs, listen: place, target: place },
});
const ROUTES = [
  route('one', 'two', 'requests', 40),
  route('one', 'two', 'replication', 40),
  route('two', 'one', 'requests', 40),
  route('one', 'three', 'requests', 70),
  route('one', CONTROL, 'control', 0),
];
const open = () => false;
const delays = ({ qualities }: Conditions) => qualities.map(({ delayMs }) => delayMs);
const losses = ({ qualities }: Conditions) => qualities.map(({ loss }) => loss);

describe('the conditions of the lines', () => {
  test('are those of the distance until somebody sets something else', () => {
    expect(delays(new Conditions(ROUTES))).toEqual([40, 40, 40, 70, 0]);
  });

  test('from the beginning are those of all lines but the one to the control table', () => {
    const conditions = new Conditions(ROUTES, { loss: 0.1 });
    expect(losses(conditions)).toEqual([0.1, 0.1, 0.1, 0.1, 0]);
    expect(delays(conditions)).toEqual([40, 40, 40, 70, 0]);
  });

  test('are set for two Regions in both directions, for one kind, or for all', () => {
    const conditions = new Conditions(ROUTES);
    conditions.set({ between: ['two', 'one'] }, { loss: 0.2 });
    expect(losses(conditions)).toEqual([0.2, 0.2, 0.2, 0, 0]);
    conditions.set({ traffic: 'replication' }, { delayMs: 900 });
    expect(delays(conditions)).toEqual([40, 900, 40, 70, 0]);
    conditions.set({}, { jitterMs: 5 });
    expect(conditions.qualities.map(({ jitterMs }) => jitterMs)).toEqual([5, 5, 5, 5, 0]);
    conditions.set({ between: ['one', CONTROL] }, { delayMs: 9 });
    expect(delays(conditions)).toEqual([40, 900, 40, 70, 9]);
  });

  test('go back to those of the beginning, one by one or all of them', () => {
    const conditions = new Conditions(ROUTES, { loss: 0.1, bytesPerSecond: 1_000 });
    conditions.set({}, { loss: 0.3, delayMs: 500, bytesPerSecond: null });
    conditions.set({ traffic: 'replication' }, { delayMs: undefined });
    expect(delays(conditions)).toEqual([500, 40, 500, 500, 0]);
    expect(losses(conditions)).toEqual([0.3, 0.3, 0.3, 0.3, 0]);
    expect(conditions.qualities[0]?.bytesPerSecond).toBeNull();
    conditions.reset({ between: ['one', 'two'] });
    expect(losses(conditions)).toEqual([0.1, 0.1, 0.1, 0.3, 0]);
    expect(conditions.qualities[0]?.bytesPerSecond).toBe(1_000);
  });

  test('are told with those that are alike together, and with what is cut', () => {
    const conditions = new Conditions(ROUTES);
    conditions.set({ between: ['one', 'three'] }, { loss: 0.05, bytesPerSecond: 1_250_000 });
    const still = { latencyMs: 40, jitterMs: 0, lossPercent: 0, megabitsPerSecond: null };
    const between = ['one', 'two'];
    expect(conditions.lines((at) => at === 1)).toEqual([
      { between, traffic: ['requests'], ...still, cut: false },
      { between, traffic: ['replication'], ...still, cut: true },
      {
        ...{ between: ['one', 'three'], traffic: ['requests'], latencyMs: 70, jitterMs: 0 },
        ...{ lossPercent: 5, megabitsPerSecond: 10, cut: false },
      },
      { between: ['one', CONTROL], traffic: ['control'], ...still, latencyMs: 0, cut: false },
    ]);
    expect(conditions.lines(open)[0]?.traffic).toEqual(['requests', 'replication']);
  });
});

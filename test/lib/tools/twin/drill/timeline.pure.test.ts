import type { DrillEvent } from '../../../../../lib/tools/twin/drill';
import type { Clocks, Marks } from '../../../../../lib/tools/twin/drill/private/timeline';
import {
  asConfigured,
  partsOf,
  steeredAsConfigured,
  Timeline,
} from '../../../../../lib/tools/twin/drill/private/timeline';

const MARKS: Marks = {
  fault: 5_000,
  detected: 8_100,
  decided: 11_100,
  fenced: 11_120,
  leaseOver: 12_130,
  promoted: 12_330,
  homed: 12_345,
  steered: 12_345,
  back: 12_700,
};
const CLOCKS: Clocks = {
  timeScale: 10,
  decideSeconds: 30,
  leaseMs: { configured: 10_000, running: 1_000 },
  ttlMs: 60_000,
  probeTimeoutMs: { configured: 0, running: 0 },
};

describe('the parts of the recovery time', () => {
  test('add up to the total', () => {
    const { total, ...parts } = partsOf(MARKS);
    expect(parts).toEqual({
      ...{ detect: 3_100, decide: 3_000, fence: 20, lease: 1_010 },
      ...{ promote: 200, home: 15, steer: 0, client: 355 },
    });
    expect(total).toBe(7_700);
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  test('as configured: clocks and promotion take their time on AWS, other work what it took', () => {
    const configured = asConfigured(partsOf(MARKS), CLOCKS);
    expect(configured).toEqual({
      ...{ detect: 31_000, decide: 30_000, fence: 20, lease: 10_010 },
      ...{ promote: 60_000, home: 15, steer: 0, client: 355, total: 131_400 },
    });
  });

  test('as configured: a probe that is not answered waits longer, but not ten times as long', () => {
    const probeTimeoutMs = { configured: 6_000, running: 1_000 };
    const { detect } = asConfigured(partsOf(MARKS), { ...CLOCKS, probeTimeoutMs });
    expect(detect).toBe((3_100 - 1_000) * 10 + 6_000);
  });

  test('as configured: users wait for an answer of DNS only where it ends after the failover', () => {
    const quick = { ...MARKS, decided: 8_100, fenced: 8_100, leaseOver: 9_100, promoted: 9_200 };
    const late = partsOf({ ...quick, homed: 9_200, steered: 9_200, back: 14_000 });
    const clocks = { ...CLOCKS, decideSeconds: 0, ttlMs: 120_000 };
    // Detected after 31 s, then 59 s for the last answer; home is named after 101 s.
    expect(steeredAsConfigured(9_000, late, clocks)).toBe(90_000);
    expect(asConfigured(late, clocks)).toMatchObject({ client: 4_800, total: 105_800 });
    const longer = asConfigured(
      partsOf({ ...quick, homed: 9_200, steered: 9_200, back: 18_100 }),
      clocks,
    );
    expect(longer).toMatchObject({ client: 131_000 - 101_000, total: 131_000 });
  });

  test('as configured: an answer of DNS ends with its lifetime', () => {
    const clocks = { ...CLOCKS, ttlMs: 60_000 };
    expect(steeredAsConfigured(60_000, partsOf(MARKS), clocks)).toBe(91_000);
  });
});

describe('a timeline', () => {
  test('tells what happens while it happens, since the load began', () => {
    const told: DrillEvent[] = [];
    const timeline = new Timeline(1_000, (event) => told.push(event));
    timeline.mark('fault', 'struck', 1_500.4);
    timeline.mark('fault', 'struck again', 1_900);
    timeline.say('closed', 'order not confirmed', 2_000);
    expect(told).toEqual([
      { at: 500, kind: 'fault', text: 'struck' },
      { at: 1_000, kind: 'closed', text: 'order not confirmed' },
    ]);
    expect(timeline.at('fault')).toBe(1_500.4);
  });

  test('takes what never came about for coming about when the drill gave up, and keeps the order', () => {
    const timeline = new Timeline(0, () => undefined);
    timeline.mark('fault', '', 100);
    timeline.mark('detected', '', 200);
    timeline.mark('fenced', '', 150);
    const marks = timeline.complete(900);
    expect(marks).toMatchObject({
      fault: 100,
      detected: 200,
      decided: 900,
      fenced: 900,
      back: 900,
    });
    expect(Object.values(partsOf(marks)).every((part) => part >= 0)).toBe(true);
  });
});

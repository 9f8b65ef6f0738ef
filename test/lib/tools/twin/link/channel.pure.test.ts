import { Channel, Pipe } from '../../../../../lib/tools/twin/link/private/channel';
import { randomFrom } from '../../../../../lib/tools/twin/link/private/random';
import type { Quality } from '../../../../../lib/tools/twin/link';
import { bytesOf, PERFECT } from '../../../../../lib/tools/twin/link';

function channel(quality: Partial<Quality>, seed = 1, pipe = new Pipe()): Channel {
  const whole = { ...PERFECT, ...quality };
  return new Channel({ quality: () => whole, pipe, random: randomFrom(seed) });
}

/** Arrivals of pieces that are sent one a millisecond. */
function arrivals(line: Channel, count: number, bytes = 100): readonly number[] {
  return Array.from({ length: count }, (_, at) => line.arrival(bytes, at));
}

describe('a line with jitter', () => {
  const delays = (seed: number) => {
    const line = (at: number) => channel({ delayMs: 40, jitterMs: 30 }, seed * 1_000 + at);
    return Array.from({ length: 500 }, (_, at) => line(at).arrival(100, 0));
  };

  test('takes the delay and up to the jitter more, evenly spread', () => {
    const seen = delays(1);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...seen)).toBeLessThan(70);
    const mean = seen.reduce((sum, it) => sum + it, 0) / seen.length;
    expect(Math.abs(mean - 55)).toBeLessThan(3);
  });

  test('never lets a later piece of a connection overtake', () => {
    const seen = arrivals(channel({ jitterMs: 50 }), 300);
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
  });

  test('is the same for the same seed, and another for another', () => {
    expect(delays(7)).toEqual(delays(7));
    expect(delays(7)).not.toEqual(delays(8));
  });
});

describe('a line with loss', () => {
  /** What each of many connections' first piece has waited beyond the delay. */
  const pauses = (loss: number, bytes: number) =>
    Array.from(
      { length: 4_000 },
      (_, at) => channel({ loss, delayMs: 50 }, at + 1).arrival(bytes, 0) - 50,
    );

  test('keeps a lone packet for as long as TCP waits for its acknowledgement, doubled each time', () => {
    const seen = pauses(0.2, 100);
    const kinds = [...new Set(seen)].sort((one, other) => one - other);
    expect(kinds.slice(0, 4)).toEqual([0, 200, 600, 1_400]);
    const late = seen.filter((it) => it > 0).length / seen.length;
    const twice = seen.filter((it) => it > 200).length / seen.length;
    expect(Math.abs(late - 0.2)).toBeLessThan(0.03);
    expect(Math.abs(twice - 0.04)).toBeLessThan(0.015);
  });

  test('loses a round trip where the packets behind it tell of it', () => {
    const seen = pauses(0.01, 20 * 1_460);
    expect(seen).toContain(100);
    const late = seen.filter((it) => it > 0).length / seen.length;
    expect(Math.abs(late - (1 - 0.99 ** 20))).toBeLessThan(0.03);
  });

  test('makes all wait that comes behind', () => {
    const line = channel({ loss: 0.5, delayMs: 10 }, 3);
    const seen = arrivals(line, 50);
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.filter((it, at) => it === seen[at - 1]).length).toBeGreaterThan(10);
  });
});

describe('a narrow line', () => {
  test('carries so many bytes a second, whoever sends them', () => {
    const pipe = new Pipe();
    const lines = [1, 2].map((seed) => channel({ bytesPerSecond: 100_000 }, seed, pipe));
    const seen = Array.from({ length: 100 }, (_, at) => lines[at % 2]!.arrival(1_000, 0));
    // 100 kB at 100 kB/s, without the 20 ms that may go at once.
    expect(Math.max(...seen)).toBeCloseTo(980, 6);
    expect(lines[0]!.arrival(1_000, 10_000)).toBe(10_000);
  });

  test('lets no more wait before it than a router’s queue, so that news is not hours old', () => {
    expect(channel({ bytesPerSecond: bytesOf(8) }).capacity).toBe(250_000);
    expect(channel({ bytesPerSecond: bytesOf(0.01) }).capacity).toBe(64 * 1024);
    expect(channel({}).capacity).toBe(4 * 1024 * 1024);
  });
});

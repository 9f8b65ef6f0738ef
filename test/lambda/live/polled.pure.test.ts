import fc from 'fast-check';
import { parseCursor } from '../../../lambda/live/cursor';
import { MOST_POLLED, Polled } from '../../../lambda/live/polled';
import { Subscription } from '../../../lambda/live/subscription';

const SHARDS = ['s0', 's1'];

/** One poll of two logs that hold so many events each, as the hub tells them. */
function poll(cursor: string, logs: readonly number[]): Polled {
  const after = parseCursor(cursor);
  const polled = new Polled(after);
  const subscription = new Subscription('1', after ?? new Map(), polled.take, () => undefined);
  for (const [n, shard] of SHARDS.entries()) {
    if (subscription.position(shard) === undefined) subscription.moveTo(shard, String(logs[n]));
    for (let id = Number(subscription.position(shard)) + 1; id <= logs[n]!; id += 1) {
      const event = { id: String(id), kind: 'posted', actorId: '7', subjectId: '8' } as const;
      subscription.tell({ shard, event, data: `"${shard} ${id}"` });
    }
  }
  subscription.goLive({});
  return polled;
}

test('polls give every event once, each shard’s in order, however many there are', () => {
  fc.assert(
    fc.property(fc.nat(250), fc.nat(250), (some, others) => {
      const first = poll('', [5, 7]);
      expect([first.events, first.cursor]).toEqual([[], 's0:5,s1:7']);
      const all: unknown[] = [];
      let { cursor } = first;
      for (;;) {
        const next = poll(cursor, [5 + some, 7 + others]);
        ({ cursor } = next);
        if (next.events.length === 0) break;
        expect(next.events.length).toBeLessThanOrEqual(MOST_POLLED);
        all.push(...next.events);
      }
      const expected = [
        ...Array.from({ length: some }, (_, n) => `s0 ${n + 6}`),
        ...Array.from({ length: others }, (_, n) => `s1 ${n + 8}`),
      ];
      expect(all).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a poll that waits is woken by an event, and by a server that ends', async () => {
  const woken = new Polled(new Map([['s0', '1']]));
  woken.take({ kind: 'reconnect', afterMs: 5 });
  await woken.something;
  expect([woken.events, woken.cursor]).toEqual([[], 's0:1']);
  const told = new Polled(new Map([['s0', '1']]));
  told.take({ kind: 'event', cursor: 's0:2', data: '{"type":"posted"}' });
  await told.something;
  expect([told.events, told.cursor]).toEqual([[{ type: 'posted' }], 's0:2']);
});

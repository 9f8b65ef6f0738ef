import fc from 'fast-check';
import { Keyspace } from '../../../../../lib/tools/twin/cache/stand-in';

const text = (data: string) => ({ kind: 'string', data: Buffer.from(data) }) as const;
const hash = () => ({ kind: 'hash', fields: new Map<string, Buffer>() }) as const;

function keyspace(maxBytes: number) {
  const clock = { now: 1_000 };
  return { clock, space: new Keyspace({ maxBytes, now: () => clock.now }) };
}

describe('Keyspace', () => {
  it('forgets the least recently used first, and reading is use', () => {
    const { space } = keyspace(3 * (64 + 1 + 100));
    for (const key of ['a', 'b', 'c']) space.set(key, text('x'.repeat(100)));
    space.read('a');
    space.set('d', text('x'.repeat(100)));
    expect(['a', 'b', 'c', 'd'].filter((key) => space.get(key) !== undefined)).toEqual([
      'a',
      'c',
      'd',
    ]);
    expect(space.stats.evicted).toBe(1);
  });

  it('does not keep what alone is larger than its memory', () => {
    const { space } = keyspace(1_000);
    space.set('small', text('x'));
    space.set('large', text('x'.repeat(2_000)));
    expect(space.size).toBe(0);
    expect(space.bytes).toBe(0);
  });

  it('counts what a value grows by in its place', () => {
    const { space } = keyspace(1_000);
    space.set('old', text('x'));
    space.set('h', hash());
    space.grew('h', 900);
    expect(space.get('old')).toBeUndefined();
    expect(space.get('h')).toBeDefined();
    space.grew('h', 200);
    expect(space.size).toBe(0);
    expect(space.bytes).toBe(0);
  });

  it('removes keys whose time is over though nobody asks for them', () => {
    const { space, clock } = keyspace(1_000_000);
    for (let at = 0; at < 1_000; at += 1) space.set(`k${at}`, text('x'), at < 900 ? 1_500 : 9_000);
    space.set('forever', text('x'));
    expect(space.sweep(10_000)).toBe(0);
    clock.now = 2_000;
    let removed = 0;
    // Some at a time, and more than once around.
    for (let turn = 0; turn < 30; turn += 1) removed += space.sweep(100);
    expect([removed, space.size, space.ending]).toEqual([900, 101, 100]);
    expect(space.stats.expired).toBe(900);
  });

  it('tells hits from misses, and a key whose time is over is a miss', () => {
    const { space, clock } = keyspace(1_000_000);
    space.set('k', text('x'), 1_001);
    space.read('k');
    clock.now = 1_001;
    space.read('k');
    expect(space.stats).toEqual({ hits: 1, misses: 1, expired: 1, evicted: 0 });
  });

  it('never holds more than its memory, and counts what it holds', () => {
    const key = fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'eeeee');
    const action = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key, size: fc.nat(600), end: fc.nat(50) }),
      fc.record({ kind: fc.constant('delete' as const), key }),
      fc.record({ kind: fc.constant('read' as const), key }),
      fc.record({
        kind: fc.constant('expire' as const),
        key,
        end: fc.integer({ max: 50, min: -5 }),
      }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(20) }),
      fc.record({ kind: fc.constant('sweep' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { space, clock } = keyspace(1_000);
        for (const it of actions) {
          if (it.kind === 'set') {
            const end = it.end === 0 ? undefined : clock.now + it.end;
            space.set(it.key, text('x'.repeat(it.size)), end);
          } else if (it.kind === 'delete') space.delete(it.key);
          else if (it.kind === 'read') space.read(it.key);
          else if (it.kind === 'expire') space.expire(it.key, clock.now + it.end);
          else if (it.kind === 'pass') clock.now += it.ms;
          else space.sweep(3);
          expect(space.bytes).toBeLessThanOrEqual(1_000);
          expect(space.ending).toBeLessThanOrEqual(space.size);
        }
        const held = ['a', 'bb', 'ccc', 'dddd', 'eeeee'].reduce((sum, name) => {
          const value = space.get(name);
          return sum + (value?.kind === 'string' ? 64 + name.length + value.data.length : 0);
        }, 0);
        expect(space.bytes).toBe(held);
      }),
    );
  });
});

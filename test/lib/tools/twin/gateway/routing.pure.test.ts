import fc from 'fast-check';
import { chooseGroup, confined, eligible } from '../../../../../lib/tools/twin/gateway';
import { matches } from '../../../../../lib/tools/twin/gateway/private/eligible';

const group = (targetGroup: string, weight: number) => ({ targetGroup, weight });

describe('weighted target groups', () => {
  const both = [group('functions', 20), group('servers', 80)];

  test.each([
    [0, 'functions'],
    [0.1999, 'functions'],
    [0.2, 'servers'],
    [0.9999, 'servers'],
  ])('give the chance %p to the %s', (chance, expected) => {
    expect(chooseGroup(both, chance)).toBe(expected);
  });

  test('get a request as often as their weights say', () => {
    const count = 10_000;
    const chosen = Array.from({ length: count }, (_, at) => chooseGroup(both, at / count));
    expect(chosen.filter((it) => it === 'functions')).toHaveLength(2_000);
  });

  test('get none with the weight 0, wherever they stand', () => {
    expect(chooseGroup([group('a', 0), group('b', 1), group('c', 0)], 0)).toBe('b');
    expect(chooseGroup([group('a', 0), group('b', 1), group('c', 0)], 0.9999)).toBe('b');
    expect(chooseGroup([group('a', 0)], 0.5)).toBeUndefined();
  });

  test('always include one with a weight, where there is one', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(weights, chance, (all, at) => {
        const chosen = chooseGroup(
          all.map((weight, number) => group(String(number), weight)),
          at,
        );
        const some = all.some((weight) => weight > 0);
        expect(chosen === undefined).toBe(!some);
        if (chosen !== undefined) expect(all[Number(chosen)]).toBeGreaterThan(0);
      }),
    );
  });
});

describe('servers that get requests', () => {
  const servers = (...healthy: boolean[]) => healthy.map((it) => ({ healthy: it }));

  test('are the healthy ones', () => {
    const [one, two, three] = servers(true, false, true);
    expect(eligible([one!, two!, three!], { count: 1, percentage: 33 })).toEqual([one, three]);
  });

  test.each([
    ['none is healthy', [false, false], { count: 1, percentage: 0 }],
    ['fewer are healthy than the group wants', [true, false], { count: 2, percentage: 0 }],
    [
      'a smaller share is healthy than it wants',
      [true, false, false, false],
      { count: 1, percentage: 33 },
    ],
  ])('are all where %s', (_, healthy, minimum) => {
    expect(eligible(servers(...healthy), minimum)).toHaveLength(healthy.length);
  });

  test('are none where there is none', () => {
    expect(eligible([], { count: 1, percentage: 33 })).toEqual([]);
  });

  test.each([
    ['200', 200, true],
    ['200', 201, false],
    ['200-299,301', 250, true],
    ['200-299, 301', 301, true],
    ['200-299,301', 300, false],
    ['200', 0, false],
  ])('by %s with a status of %i: %p', (statuses, status, expected) => {
    expect(matches(statuses, status)).toBe(expected);
  });
});

describe('a server that has one address', () => {
  const done = () => undefined;

  test.each([
    ['a port', [8080], [{ port: 8080, host: '127.1.0.90' }]],
    ['a port and a word', [8080, done], [{ port: 8080, host: '127.1.0.90' }, done]],
    ['a port as text', ['8080'], [{ port: 8080, host: '127.1.0.90' }]],
    ['no host', [8080, undefined, done], [{ port: 8080, host: '127.1.0.90' }, done]],
    ['every address', [8080, '0.0.0.0'], [{ port: 8080, host: '127.1.0.90' }]],
    ['every address of IPv6', [{ port: 1, host: '::' }], [{ port: 1, host: '127.1.0.90' }]],
    ['options', [{ port: 1 }, done], [{ port: 1, host: '127.1.0.90' }, done]],
    ['an address of its choice', [8080, '127.0.0.1'], [{ port: 8080, host: '127.0.0.1' }]],
    ['a path', ['/tmp/socket'], ['/tmp/socket']],
  ])('listens there, asked for %s', (_, args, expected) => {
    expect(confined(args, '127.1.0.90')).toEqual(expected);
  });
});

import { startupOf } from '../../../../../lib/tools/twin/cluster/private/startup';
import { ZoneSpread } from '../../../../../lib/tools/twin/gateway/private/zone-spread';

function message(code: number, words: readonly string[] = []): Buffer {
  const body = Buffer.from(words.map((word) => `${word}\0`).join(''));
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(code, 4);
  body.copy(bytes, 8);
  return bytes;
}

const SESSION = 196_608;

describe('what a client of PostgreSQL says first', () => {
  test('is waited for until it is complete', () => {
    const whole = message(SESSION, ['user', 'twin', '']);
    for (let length = 0; length < whole.length; length += 1)
      expect(startupOf(whole.subarray(0, length))).toEqual({ kind: 'incomplete' });
    expect(startupOf(whole)).toEqual({ kind: 'session', replication: false });
  });

  test('is a session, or one that copies', () => {
    const asks = (words: readonly string[]) => startupOf(message(SESSION, [...words, '']));
    expect(asks(['user', 'twin', 'replication', 'true'])).toMatchObject({ replication: true });
    expect(asks(['replication', 'database', 'user', 'x'])).toMatchObject({ replication: true });
    expect(asks(['replication', 'off', 'user', 'x'])).toMatchObject({ replication: false });
    // A user of that name asks for nothing of the kind.
    expect(asks(['user', 'replication', 'database', 'x'])).toMatchObject({ replication: false });
  });

  test('may be a request for encryption, with what follows it', () => {
    const both = Buffer.concat([message(80_877_103), message(SESSION, ['user', 'x', ''])]);
    expect(startupOf(both)).toEqual({ kind: 'encryption', tls: true, length: 8 });
    expect(startupOf(message(80_877_104))).toEqual({ kind: 'encryption', tls: false, length: 8 });
    expect(startupOf(both.subarray(8))).toEqual({ kind: 'session', replication: false });
  });
});

describe('what is started in a Region', () => {
  test('goes into the zone that has least', () => {
    const spread = new ZoneSpread(['a', 'b', 'c']);
    const taken: (string | undefined)[] = [];
    for (let at = 0; at < 6; at += 1) taken.push(spread.next(taken));
    expect(taken.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  test('goes into none that is lost', () => {
    const spread = new ZoneSpread(['a', 'b']);
    spread.lose('a');
    expect(spread.next(['b', 'b', 'b'])).toBe('b');
    spread.lose('b');
    expect(spread.next([])).toBeUndefined();
  });

  test('has no zone where zones are not told apart', () => {
    expect(new ZoneSpread().next([])).toBeUndefined();
  });
});

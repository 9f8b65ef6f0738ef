import fc from 'fast-check';
import { ProtocolError, RequestParser } from '../../../../../lib/tools/twin/cache/stand-in';
import { request } from './replies';

/** Everything that a parser takes out of pieces: requests, and the error it ended with. */
function parse(pieces: readonly Buffer[], limit?: number) {
  const parser = new RequestParser(limit);
  const requests: string[][] = [];
  try {
    for (const piece of pieces) {
      parser.feed(piece);
      for (;;) {
        const next = parser.next();
        if (next === undefined) break;
        requests.push(next.map((word) => word.toString('latin1')));
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { requests, error: error.message };
  }
  return { requests };
}

const words = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 });
const STREAM = Buffer.concat([
  request(['SET', 'k', Buffer.from('\r\n$1\r\n*1\r\n\0\xff', 'latin1')]),
  Buffer.from('*0\r\nPING "in line"\r\n\r\n'),
  request(['', '']),
  Buffer.from('*1\r\n$4\r\nPING\r\n'),
]);
const REQUESTS = [
  ['SET', 'k', Buffer.from('\r\n$1\r\n*1\r\n\0\xff', 'latin1').toString('latin1')],
  ['PING', 'in line'],
  ['', ''],
  ['PING'],
];

describe('RequestParser', () => {
  it('reads the same requests wherever the stream is cut in two', () => {
    expect(parse([STREAM])).toEqual({ requests: REQUESTS });
    for (let at = 0; at <= STREAM.length; at += 1) {
      expect(parse([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual({ requests: REQUESTS });
    }
  });

  it('reads the same requests byte by byte', () => {
    const bytes = Array.from({ length: STREAM.length }, (_, at) => STREAM.subarray(at, at + 1));
    expect(parse(bytes)).toEqual({ requests: REQUESTS });
  });

  it('gives no request before its last byte', () => {
    const whole = request(['SET', 'key', 'value']);
    for (let length = 0; length < whole.length; length += 1) {
      expect(parse([whole.subarray(0, length)])).toEqual({ requests: [] });
    }
  });

  it('reads any requests from any pieces', () => {
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 20 }),
        (requests, sizes) => {
          const stream = Buffer.concat(
            requests.map((it) => request(it.map((w) => Buffer.from(w)))),
          );
          const pieces: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            pieces.push(stream.subarray(at, at + size));
            at += size;
          }
          const expected = requests.map((it) => it.map((w) => Buffer.from(w).toString('latin1')));
          expect(parse(pieces)).toEqual({ requests: expected });
        },
      ),
    );
  });

  it('ends in a request, an error or a wait, whatever it is fed, and however it is cut', () => {
    const alphabet = fc.constantFrom('*', '$', '1', '2', '-', '\r', '\n', '"', "'", '\\', 'x', ' ');
    const noise = fc.string({ unit: alphabet, maxLength: 60 });
    fc.assert(
      fc.property(noise, fc.nat(60), (text, at) => {
        const bytes = Buffer.from(text, 'latin1');
        const whole = parse([bytes]);
        expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('copies a long value once, however many pieces it comes in', () => {
    const value = Buffer.alloc(2 * 1024 * 1024, 'x');
    const whole = request(['SET', 'k', value]);
    const parser = new RequestParser();
    let looks = 0;
    for (let at = 0; at < whole.length; at += 16_384) {
      parser.feed(whole.subarray(at, at + 16_384));
      if (parser.next() === undefined) looks += 1;
      else expect(at + 16_384).toBeGreaterThanOrEqual(whole.length);
    }
    expect(looks).toBe(Math.ceil(whole.length / 16_384) - 1);
  });

  it('refuses an argument that is too large, and many that together are', () => {
    expect(parse([Buffer.from('*1\r\n$101\r\n')], 100)).toEqual({
      requests: [],
      error: 'Protocol error: invalid bulk length',
    });
    const argument = `$60\r\n${'x'.repeat(60)}\r\n`;
    expect(parse([Buffer.from(`*1\r\n${argument}*2\r\n${argument}${argument}`)], 100)).toEqual({
      requests: [['x'.repeat(60)]],
      error: 'Protocol error: too big request',
    });
  });
});

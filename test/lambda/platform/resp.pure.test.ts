import fc from 'fast-check';
import { encodeCommand, parse } from '../../../lambda/platform/resp';

test('replies are read whole, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'grapheme' }))), fc.nat(), (values, cut) => {
      const parts = values.map((value) =>
        value === null ? '$-1\r\n' : `$${Buffer.byteLength(value)}\r\n${value}\r\n`,
      );
      const reply = Buffer.from(`*${values.length}\r\n${parts.join('')}`);
      expect(parse(reply.subarray(0, cut % reply.length), 0)).toBeUndefined();
      const more = Buffer.concat([reply, Buffer.from('+OK\r\n')]);
      expect(parse(more, 0)).toEqual({ value: values, next: reply.length });
      expect(parse(more, reply.length)).toEqual({ value: 'OK', next: more.length });
    }),
  );
});

test('an error of the server is one, a number a number', () => {
  expect(parse(Buffer.from('-ERR no\r\n'), 0)?.value).toEqual(new Error('ERR no'));
  expect(parse(Buffer.from(':42\r\n'), 0)?.value).toBe(42);
  expect(parse(Buffer.from('?\r\n'), 0)?.value).toBeInstanceOf(Error);
});

test('a command says how long its words are, in bytes', () => {
  expect(encodeCommand(['SET', 'ä', 5])).toBe('*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$1\r\n5\r\n');
});

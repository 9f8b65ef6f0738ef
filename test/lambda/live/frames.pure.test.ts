import fc from 'fast-check';
import { encodeFrame, OPCODES, parseFrame } from '../../../lambda/live/frames';

/** As a client sends it: masked. */
function masked(opcode: number, payload: Buffer, mask: Buffer): Buffer {
  const plain = encodeFrame(opcode, payload);
  const head = Buffer.from(plain.subarray(0, plain.length - payload.length));
  head[1]! |= 0x80;
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4]!)]);
}

test('what a client sends is read whole, however it is cut, and nothing of what follows', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.nat(),
      (payload, mask, cut) => {
        const frame = masked(OPCODES.ping, Buffer.from(payload), Buffer.from(mask));
        expect(parseFrame(frame.subarray(0, cut % frame.length))).toBeUndefined();
        const parsed = parseFrame(Buffer.concat([frame, Buffer.from('more')]));
        const expected = {
          opcode: OPCODES.ping,
          payload: Buffer.from(payload),
          size: frame.length,
        };
        expect(parsed).toEqual(expected);
      },
    ),
  );
});

test.each([
  ['one that is not masked', encodeFrame(OPCODES.text, Buffer.from('x'))],
  ['one with an extension', Buffer.from([0xc1, 0x80, 0, 0, 0, 0])],
  ['a huge one', Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0])],
  ['a long one', masked(OPCODES.text, Buffer.alloc(5_000), Buffer.alloc(4))],
])('%s is refused', (_what, bytes) => {
  expect(parseFrame(bytes)).toBe('broken');
});

test.each([0, 125, 126, 65_535, 65_536])(
  'a text of %d bytes has its length in its head',
  (length) => {
    const frame = encodeFrame(OPCODES.text, Buffer.alloc(length, 'x'));
    const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    expect(frame.length).toBe(head + length);
    expect(frame[0]).toBe(0x81);
  },
);

/** Slots of a cluster. */
export const SLOTS = 16_384;

/**
 * The slot of a key: CRC-16 (XMODEM) of the key, or of what stands in its first pair of braces, where that
 * is something.
 *
 * @see https://valkey.io/topics/cluster-spec/
 */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) crc = ((crc << 8) ^ entry((crc >> 8) ^ byte)) & 0xffff;
  return crc % SLOTS;
}

let table: Uint16Array | undefined;

function entry(index: number): number {
  table ??= Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    return crc & 0xffff;
  });
  return table[index & 0xff] ?? 0;
}

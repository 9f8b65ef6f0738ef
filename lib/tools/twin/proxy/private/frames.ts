/** A message with its head: the letter and the length that every one has once a session has begun. */
export interface Frame {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Longest message that is taken, in bytes: PostgreSQL itself takes no longer one. */
const MOST_BYTES = 0x3fff_ffff;

/** Cuts a stream into messages. */
export class Frames {
  private parts: Buffer[] = [];
  private size = 0;

  /** @throws Error for a length that no message has */
  public take(chunk: Buffer): readonly Frame[] {
    this.parts.push(chunk);
    this.size += chunk.length;
    let needed = 5;
    let bytes = this.size >= needed ? this.gather() : undefined;
    const found: Frame[] = [];
    while (bytes !== undefined) {
      needed = bytes.length < 5 ? 5 : 1 + lengthOf(bytes);
      if (bytes.length < needed) break;
      found.push({ type: String.fromCharCode(bytes[0] ?? 0), bytes: bytes.subarray(0, needed) });
      bytes = bytes.subarray(needed);
    }
    if (bytes !== undefined) [this.parts, this.size] = [[bytes], bytes.length];
    return found;
  }

  private gather(): Buffer {
    return this.parts.length === 1 ? (this.parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.parts);
  }
}

function lengthOf(bytes: Buffer): number {
  const length = bytes.readUInt32BE(1);
  if (length < 4 || length > MOST_BYTES) throw new Error(`no message is ${length} bytes long`);
  return length;
}

export function frame(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A string with its end. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value, 4 * at);
  return bytes;
}

/** The string that begins there, and where the next thing begins. */
export function textAt(bytes: Buffer, at: number): readonly [value: string, next: number] {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new Error('a string has no end');
  return [bytes.toString('utf8', at, end), end + 1];
}

/** @see https://www.postgresql.org/docs/18/protocol-error-fields.html */
export function fatal(code: string, message: string): Buffer {
  const fields = ['SFATAL', 'VFATAL', `C${code}`, `M${message}`];
  return frame('E', ...fields, Buffer.from([0]));
}

/** What a client or server of PostgreSQL says first has no letter. */
export function startupFrame(parameters: ReadonlyMap<string, string>): Buffer {
  const words = [...parameters].flatMap(([name, value]) => [text(name), text(value)]);
  const body = Buffer.concat([int32(196_608), ...words, Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

/** Of a whole first message. */
export function startupParameters(bytes: Buffer): ReadonlyMap<string, string> {
  const words = bytes.toString('utf8', 8).split('\0');
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < words.length && words[at] !== ''; at += 2) {
    found.set(words[at] ?? '', words[at + 1] ?? '');
  }
  return found;
}

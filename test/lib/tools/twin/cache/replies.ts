/** What a client makes of a reply: an error is a value like others. */
export type Answer = string | number | null | Failure | readonly Answer[];

export interface Failure {
  readonly error: string;
}

/** Takes replies in RESP2 out of what a server wrote; texts are in Latin-1, one character a byte. */
export function decode(bytes: string): {
  readonly answers: readonly Answer[];
  readonly rest: string;
} {
  const answers: Answer[] = [];
  let at = 0;
  for (;;) {
    const one = decodeOne(bytes, at);
    if (one === undefined) return { answers, rest: bytes.slice(at) };
    answers.push(one.answer);
    at = one.next;
  }
}

function decodeOne(bytes: string, at: number): { answer: Answer; next: number } | undefined {
  const end = bytes.indexOf('\r\n', at);
  if (end === -1) return undefined;
  const line = bytes.slice(at + 1, end);
  const next = end + 2;
  switch (bytes[at]) {
    case '+':
      return { answer: line, next };
    case '-':
      return { answer: { error: line }, next };
    case ':':
      return { answer: Number(line), next };
    case '$':
      return decodeBulk(bytes, next, Number(line));
    case '*':
      return decodeArray(bytes, next, Number(line));
    default:
      throw new Error(`no reply: ${bytes.slice(at, at + 40)}`);
  }
}

function decodeBulk(bytes: string, at: number, length: number) {
  if (length === -1) return { answer: null, next: at };
  const end = at + length;
  if (bytes.length < end + 2) return undefined;
  if (bytes.slice(end, end + 2) !== '\r\n') throw new Error('a bulk string is longer than it says');
  return { answer: bytes.slice(at, end), next: end + 2 };
}

function decodeArray(bytes: string, at: number, count: number) {
  const answer: Answer[] = [];
  let next = at;
  for (let index = 0; index < count; index += 1) {
    const one = decodeOne(bytes, next);
    if (one === undefined) return undefined;
    answer.push(one.answer);
    next = one.next;
  }
  return { answer, next };
}

/** A request as clients write it. */
export function request(words: readonly (string | Buffer)[]): Buffer {
  const parts = words.flatMap((word) => {
    const data = Buffer.from(word);
    return [Buffer.from(`$${data.length}\r\n`), data, Buffer.from('\r\n')];
  });
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}

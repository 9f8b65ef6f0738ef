const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };
/** What the C locale calls blank; `\s` would take the byte A0 as well. */
const BLANKS = String.raw`[ \t\n\v\f\r]`;
const PLAIN = String.raw`[^ \t\n\v\f\r"']`;
/** A word: in quotes with escapes, in quotes without, or up to the next blank. */
const WORD = new RegExp(
  String.raw`(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(${PLAIN}+))(?:${BLANKS}+|$)`,
  'sy',
);
const LEADING = new RegExp(`^${BLANKS}+`);

/**
 * The words of an inline request, quoted as in a shell.
 *
 * @returns undefined where quotes are not balanced
 */
export function splitInline(line: Buffer): readonly Buffer[] | undefined {
  const text = line.toString('latin1').replace(LEADING, '');
  const words: Buffer[] = [];
  let at = 0;
  while (at < text.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    if (match === null) return undefined;
    const [, double, single, bare] = match;
    const word =
      double !== undefined
        ? unescape(double)
        : single !== undefined
          ? single.replaceAll("\\'", "'")
          : (bare ?? '');
    words.push(Buffer.from(word, 'latin1'));
    at = WORD.lastIndex;
  }
  return words;
}

function unescape(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_, hex?: string, one = '') =>
    hex === undefined
      ? (ESCAPES[one as string] ?? String(one))
      : String.fromCharCode(parseInt(hex, 16)),
  );
}

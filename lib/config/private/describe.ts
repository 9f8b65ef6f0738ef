const LONGEST = 60;
const MOST_SHOWN = 5;

/** A value as it is shown in a fault: on one line, short, and safe for any value whatever. */
export function describe(value: unknown): string {
  if (isList(value)) return describeList(value);
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return quote(value);
    case 'bigint':
      return `${String(value).slice(0, LONGEST)}n`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : 'an object';
    default:
      return String(value);
  }
}

/** Text in quotes, cut to a line; control characters are escaped so that they reach no terminal. */
export function quote(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Like `Array.isArray`, but false for a revoked proxy instead of an exception. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function describeList(list: readonly unknown[]): string {
  try {
    const whole = `a list of ${list.length}`;
    if (list.length > MOST_SHOWN) return whole;
    const scalars = Array.from(list).every((item) => typeof item !== 'object');
    return scalars ? `[${Array.from(list).map(describe).join(', ')}]` : whole;
  } catch {
    return 'an unreadable list';
  }
}

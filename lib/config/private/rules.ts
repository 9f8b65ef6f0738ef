import type { Rule } from './field';

/** Text of a form. */
export function text(pattern: RegExp, allowed: string): Rule<string> {
  return {
    allowed,
    accepts: (value): value is string => typeof value === 'string' && pattern.test(value),
  };
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[], note = ''): Rule<T> {
  return {
    allowed: words.map((word) => JSON.stringify(word)).join(', ') + note,
    accepts: (value): value is T => (words as readonly unknown[]).includes(value),
  };
}

/** A whole number of a closed interval. */
export function integer(least: number, most: number): Rule<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `of ${least} to ${most}`;
  return {
    allowed: `a whole number ${range}`,
    accepts: (value): value is number =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

/** A finite number that passes a test. */
export function number(accepts: (value: number) => boolean, allowed: string): Rule<number> {
  return {
    allowed: `a number ${allowed}`,
    accepts: (value): value is number =>
      typeof value === 'number' && Number.isFinite(value) && accepts(value),
  };
}

/** True or false. */
export const flag: Rule<boolean> = {
  allowed: 'true or false',
  accepts: (value): value is boolean => typeof value === 'boolean',
};

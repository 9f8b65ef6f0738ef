import { InvalidArgumentError } from 'commander';

/** Values of options as they are written. Each throws InvalidArgumentError that says what is allowed. */
function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

function whole(most: number, what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be ${what} from 1 to ${most}.`);
  };
}

export const factor = between(0.01, 1000);
export const rate = between(3, 10_000);
export const milliseconds = between(0, 60_000);
/** In percent. */
export const loss = between(0, 50);
export const megabits = between(0.01, 100_000);
export const port = whole(65_535, 'a port');
export const seed = whole(1_000_000, 'a whole number');

/** Whether it can be used is said by whoever is asked for it. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** @returns null for `none` */
export function bandwidth(text: string): number | null {
  return text === 'none' ? null : number(text);
}

import { nearest } from '../../config/nearest';

/** Goes behind a name that nobody knows: what it was probably meant to be; empty where nothing is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const likely = nearest(name, known);
  return likely.length === 0 ? '' : ` (did you mean ${likely.join(' or ')}?)`;
}

/** To a millionth, of a dollar too, which rids sums of binary fractions. */
export function round(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}

/** The time below which so great a part of them lies, rounded; 0 where there are none. */
export function partOf(times: readonly number[], part: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
}

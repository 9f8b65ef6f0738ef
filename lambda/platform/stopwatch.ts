/** Milliseconds since it was started. */
export type Stopwatch = () => number;

/**
 * A stopwatch that never says too little: the wall clock may be set back, and the monotonic one
 * stands still while a virtual machine is suspended, as Lambda's are between requests.
 */
export function startStopwatch(): Stopwatch {
  const [wall, monotonic] = [Date.now(), performance.now()];
  return () => Math.max(0, Date.now() - wall, performance.now() - monotonic);
}

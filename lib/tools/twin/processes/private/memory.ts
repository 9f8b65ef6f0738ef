import { PROCESSES } from './table';

/**
 * Proportional set size of a process in bytes: of pages that several share, each counts its part; where
 * that is not known, as on macOS, what it has in memory. 0 for one that has ended meanwhile.
 *
 * @see https://docs.kernel.org/filesystems/proc.html (smaps_rollup)
 */
export function proportionalSetSize(pid: number): Promise<number> {
  return PROCESSES.memory(pid);
}

import { readFile } from 'node:fs/promises';

/**
 * Proportional set size of a process in bytes: of pages that several share, each counts its part. 0 for
 * one that has ended meanwhile.
 *
 * @see https://docs.kernel.org/filesystems/proc.html (smaps_rollup)
 */
export async function proportionalSetSize(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}

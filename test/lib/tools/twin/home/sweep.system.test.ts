import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunHome } from '../../../../../lib/tools/twin/home';
import { MARKER, sweep } from '../../../../../lib/tools/twin/home';
import { identify, isAlive, treeOf } from '../../../../../lib/tools/twin/processes';
import { eventually } from '../../../../support/processes';

test('what a drill left standing still ends as well, with children that bear no marker', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-sweep-'));
  // As a PostgreSQL server: its child has no environment of the twin.
  const child = spawn('/bin/sh', ['-c', 'env -i /bin/sleep 60; true'], {
    env: { [MARKER]: directory },
  });
  const root = identify(child.pid!)!;
  try {
    const family = await eventually(
      () => treeOf([root]),
      (tree) => tree.length === 2,
    );
    for (const { pid } of family) process.kill(pid, 'SIGSTOP');
    expect(await sweep({ directory } as RunHome)).toBe(1);
    const left = await eventually(
      () => family.filter(isAlive),
      (alive) => alive.length === 0,
    );
    expect(left).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 20_000);

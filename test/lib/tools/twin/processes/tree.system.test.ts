import { spawn } from 'node:child_process';
import { identify, isAlive, treeOf } from '../../../../../lib/tools/twin/processes';
import { eventually } from '../../../../support/processes';

test('finds a process with its children and grandchildren, and none of those that have ended', async () => {
  const child = spawn('/bin/sh', ['-c', 'sh -c "sleep 30; true" & sleep 30 & wait']);
  const root = identify(child.pid!)!;
  const tree = await eventually(
    () => treeOf([root]),
    (found) => found.length === 4,
  );
  expect(tree).toContainEqual(root);
  expect(tree.map(({ pid }) => pid)).not.toContain(process.pid);
  const ended = new Promise((tell) => child.once('exit', tell));
  for (const { pid } of tree) process.kill(pid, 'SIGKILL');
  await ended;
  const left = () => tree.filter(isAlive);
  expect(
    await eventually(
      () => left(),
      (it) => it.length === 0,
    ),
  ).toEqual([]);
  expect(treeOf([root])).toEqual([]);
});

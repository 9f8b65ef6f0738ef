import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PROC, PS } from '../../../../../lib/tools/twin/processes/private/table';

/** Both on this machine: one by /proc, as on Linux, one by `ps`, as where there is no /proc. */
const VARIABLE = `MERIDIAN_TABLE_TEST=${process.pid}`;
let child: ChildProcess;

beforeAll(async () => {
  const [name = '', value = ''] = VARIABLE.split('=');
  const script = "console.log('there'); setInterval(() => undefined, 1000)";
  child = spawn(process.execPath, ['-e', script], {
    env: { PATH: process.env['PATH'], [name]: value },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout!, 'data');
});
afterAll(() => {
  child.kill('SIGKILL');
});

describe.each([
  ['/proc', PROC],
  ['ps', PS],
])('processes by %s', (_, table) => {
  test('are known by id, parent and start', () => {
    const row = table.look(child.pid!);
    expect(row).toMatchObject({ pid: child.pid, parent: process.pid });
    expect(table.look(child.pid!)?.parent).toBe(process.pid);
    expect(row!.startTime).toBeGreaterThan(0);
    expect(table.all().map(({ pid }) => pid)).toEqual(
      expect.arrayContaining([process.pid, child.pid]),
    );
  });

  test('are found by what stands in their environment, whole', () => {
    expect(table.withVariable(VARIABLE)).toEqual([child.pid]);
    expect(table.withVariable(VARIABLE.slice(0, -1))).toEqual([]);
  });

  test('say what memory they take', async () => {
    expect(await table.memory(child.pid!)).toBeGreaterThan(1024 * 1024);
  });

  test('that have ended are nowhere, although nobody has asked for their exit code', async () => {
    const parent = spawn('/bin/sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 30']);
    const [told] = (await once(parent.stdout, 'data')) as [Buffer];
    await new Promise((later) => setTimeout(later, 500));
    expect(table.look(Number(told))).toBeUndefined();
    expect([table.look(0x7fff_ffff), await table.memory(0x7fff_ffff)]).toEqual([undefined, 0]);
    parent.kill('SIGKILL');
  });
});

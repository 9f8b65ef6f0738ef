import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

interface Entry {
  readonly judge: string;
  readonly rule: string;
  readonly where?: string;
}
const finding = (rule: string, place: string) => ({ rule, place, message: 'is wrong' });

/** The judge is a module of the scripts, so it is asked in a process of its own. */
function judge(findings: readonly object[], entries: readonly Entry[]): readonly string[] {
  const script = `
    const { judge } = await import('./scripts/verify/acknowledged.mjs');
    const [findings, entries] = ${JSON.stringify([findings, entries])};
    const read = entries.map((it) => ({ ...it, where: it.where && new RegExp(it.where) }));
    console.log(JSON.stringify(judge('lint', findings, read).faults));`;
  const cwd = resolve(__dirname, '../..');
  const args = ['--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })) as string[];
}

it('lets stand what is acknowledged at its place, and nothing else', () => {
  const entries = [{ judge: 'lint', rule: 'A', where: '^Network' }];
  expect(judge([finding('A', 'Network-x'), finding('A', 'Edge')], entries)).toEqual([
    'A Edge: is wrong',
  ]);
});

it('finds fault with an acknowledgement that nothing needs any more', () => {
  const entries = [
    { judge: 'lint', rule: 'A', where: '^Network' },
    { judge: 'other', rule: 'B' },
  ];
  expect(judge([], entries)).toEqual([
    'A /^Network/: acknowledged, but nothing has it: drop the entry',
  ]);
});

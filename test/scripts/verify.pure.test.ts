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

describe('a judge that counts', () => {
  const blocking = { A: 'no A' };
  const counted = { B: { most: 2, why: 'it is so' } };
  const count = (findings: readonly object[], asked = ['A', 'B']): readonly string[] => {
    const script = `
      const { count } = await import('./scripts/verify/counted.mjs');
      const judged = ${JSON.stringify({ findings, blocking, counted })};
      const asked = new Set(${JSON.stringify(asked)});
      console.log(JSON.stringify(count({ ...judged, asked }).faults));`;
    const cwd = resolve(__dirname, '../..');
    const args = ['--input-type=module', '-e', script];
    return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })) as string[];
  };
  const two = [finding('B', 'x'), finding('B', 'y')];

  it('lets stand as many findings as are counted', () => {
    expect(count(two)).toEqual([]);
  });

  it('blocks for a check of the list, and for one that nobody has decided about', () => {
    expect(count([...two, finding('A', 'Edge'), finding('C', 'Edge')])).toEqual([
      'A Edge: is wrong',
      'C Edge: is wrong: mend it, or count it with a reason',
    ]);
  });

  it('finds fault with a count that rises, and with one that was not lowered', () => {
    expect(count([...two, finding('B', 'z')])).toEqual([
      'B: 3 findings, 2 were let stand; one is z',
    ]);
    expect(count([finding('B', 'x')])).toEqual(['B: 1 findings are left of 2: lower the number']);
  });

  it('finds fault with a check that blocks but has looked at nothing', () => {
    expect(count(two, ['B'])).toEqual([
      'A: blocks, but has looked at nothing: is it still called so?',
    ]);
  });
});

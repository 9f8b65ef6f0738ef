import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Lints a text as if it stood in `file`; a process of its own, because the linter is loaded as ESM. */
function restricted(cases: readonly (readonly [file: string, code: string])[]): boolean[] {
  const script = `
    const { ESLint } = await import('eslint');
    const eslint = new ESLint({
      ruleFilter: ({ ruleId }) => ruleId.endsWith('no-restricted-imports'),
      overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    });
    const cases = ${JSON.stringify(cases)};
    const found = await Promise.all(cases.map(async ([filePath, code]) => {
      const [result] = await eslint.lintText(code, { filePath });
      return result.messages.some(({ ruleId }) => ruleId?.endsWith('no-restricted-imports'));
    }));
    console.log(JSON.stringify(found));`;
  const cwd = resolve(__dirname, '../..');
  const args = ['--input-type=module', '-e', script];
  const text = execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return JSON.parse(text) as boolean[];
}

const REFUSED: readonly (readonly [string, string])[] = [
  ['lib/config/x.ts', `import 'aws-cdk-lib';`],
  ['lib/config/x.ts', `import '../tools/cost';`],
  ['lib/constructs/x.ts', `import '../stacks';`],
  ['lib/constructs/x.ts', `import { loadEnvironment } from '../../lambda/environment';`],
  ['lib/constructs/x.ts', `import type { Item } from '../../lambda/platform/dynamodb';`],
  ['lib/stacks/x.ts', `import '../stages';`],
  ['lib/stages/x.ts', `import '../tools/cost';`],
  ['lib/tools/cost/x.ts', `import '../../constructs/network';`],
  ['lib/tools/cost/x.ts', `import '../assembly/private/stack';`],
  ['lib/tools/twin/x.ts', `import 'aws-cdk-lib/aws-ec2';`],
  ['lambda/x.ts', `import '../lib/config';`],
];

const ALLOWED: readonly (readonly [string, string])[] = [
  ['lib/constructs/x.ts', `import type { TopologyDocument } from '../../lambda/topology';`],
  ['lib/tools/twin/x.ts', `import type { TopologyDocument } from '../../../lambda/topology';`],
  ['lib/stacks/x.ts', `import '../constructs/network';`],
  ['lib/tools/twin/x.ts', `import '../assembly';`],
];

describe('the linter', () => {
  jest.setTimeout(60_000);

  it('refuses each import against the arrows between rooms, and no other', () => {
    const found = restricted([...REFUSED, ...ALLOWED]);
    const expected = [...REFUSED.map(() => true), ...ALLOWED.map(() => false)];
    expect(found).toEqual(expected);
  });
});

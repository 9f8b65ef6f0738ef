import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { resolveDeployment } from '../../../../lib/config';
import type { Declaration } from '../../../../lib/config';
import singleServer from '../../../../lib/config/declarations/single-server';
import { loadAssembly } from '../../../../lib/tools/assembly';
import { intentOf, review } from '../../../../lib/tools/review';
import type { ReviewReport } from '../../../../lib/tools/review';
import { ROOT, synthesizedFrom } from '../../../support/assembly';

jest.setTimeout(120_000);

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

async function reviewOf(declaration: Declaration): Promise<ReviewReport> {
  const deployment = resolveDeployment(declaration);
  const { directory } = await synthesizedFrom(deployment);
  return review(loadAssembly(directory), {
    intent: intentOf(deployment),
    today: new Date('2026-12-01'),
  });
}

const rulesOf = ({ findings }: ReviewReport): readonly string[] => [
  ...new Set(findings.map(({ rule }) => rule)),
];

/** The first block of JavaScript in the README that has this in it, as an object's content. */
function told(mark: string): string {
  const blocks = textOf('README.md').matchAll(/```js\n([^]*?)```/g);
  const block = [...blocks].map(([, code = '']) => code).find((code) => code.includes(mark));
  return (block ?? '').replace(/^[^]*export default \{/, '').replace(/\};\s*$/, '');
}

test("the README's declaration and what it tells to accept of it leave no finding but quotas", async () => {
  const [bare, accepted] = [told('export default'), told('acknowledge')];
  const declared = (text: string) => runInThisContext(`({${text}})`) as Declaration;
  const before = rulesOf(await reviewOf(declared(bare)));
  expect(before).toEqual(['quota-exceeded', 'policy-admits-anybody', 'security-baseline']);
  const after = await reviewOf(declared(bare + accepted));
  expect([rulesOf(after), after.summary.acknowledged]).toEqual([['quota-exceeded'], 4]);
});

test('docs/growth.md names each error by which the review of a single server ends with 1', async () => {
  const { findings } = await reviewOf(singleServer);
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  const lacks = /^- `single-server`: [^]*?(?=\n- )/m.exec(textOf('docs/growth.md'))?.[0] ?? '';
  const named = [...lacks.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name);
  expect(errors.length).toBeGreaterThan(0);
  for (const rule of errors) expect(named).toContain(rule);
});

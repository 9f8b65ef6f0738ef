import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveDeployment } from '../../../../lib/config';
import type { Declaration } from '../../../../lib/config';
import loadBalanced from '../../../../lib/config/declarations/load-balanced';
import multiRegion from '../../../../lib/config/declarations/multi-region';
import replicated from '../../../../lib/config/declarations/replicated';
import sharded from '../../../../lib/config/declarations/sharded';
import singleServer from '../../../../lib/config/declarations/single-server';
import { loadAssembly } from '../../../../lib/tools/assembly';
import { standingCost } from '../../../../lib/tools/cost';
import type { CostReport } from '../../../../lib/tools/cost';
import { ROOT, synthesizedFrom } from '../../../support/assembly';

jest.setTimeout(240_000);

const STAGES: readonly (readonly [string, Declaration])[] = [
  ['single-server', singleServer],
  ['load-balanced', loadBalanced],
  ['replicated', replicated],
  ['multi-region', multiRegion],
  ['sharded', sharded],
];
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const costOf = async (declaration: Declaration): Promise<CostReport> =>
  standingCost(loadAssembly((await synthesizedFrom(resolveDeployment(declaration))).directory));
const dollars = (amount: number): string => `$${Math.round(amount).toLocaleString('en-US')}`;

test.each(STAGES)('docs/growth.md tells what %s costs', async (stage, declaration) => {
  const row = textOf('docs/growth.md')
    .split('\n')
    .find((line) => line.startsWith(`| \`${stage}\``));
  const told = row?.split('|').at(-2)?.trim();
  expect(told).toBe(dollars((await costOf(declaration)).total.perMonth));
});

test('the README tells what the reference costs, and what most of it is for', async () => {
  const { lines, total } = await costOf(multiRegion);
  const share = (picked: RegExp): number => {
    const some = lines.filter(({ service, item }) => picked.test(`${service} ${item}`));
    return Math.round((100 * some.reduce((sum, it) => sum + it.perMonth, 0)) / total.perMonth);
  };
  const cost = /\*\*Cost of leaving it on\*\*[^]*?\n\n/.exec(textOf('README.md'))?.[0] ?? '';
  const told = cost.replace(/\s+/g, ' ');
  expect(told).toContain(`about **${dollars(total.perMonth)} a month**`);
  expect(told).toMatch(new RegExp(`Database instances, .* are ${share(/^Aurora /)} % of it`));
  expect(told).toMatch(new RegExp(`servers .* ${share(/^Fargate /)} %`));
  expect(told).toContain(`cache nodes ${share(/^ElastiCache /)} %`);
  expect(told).toContain(`NAT gateways ${share(/NAT gateway/)} %`);
});

import type { Finding, ReviewSummary, Severity } from '../../../../../lib/tools/review';
import { reviewSummary } from '../../../../../lib/tools/twin/cli/private/review-summary';

const finding = (severity: Severity, rule: string, region: string): Finding => ({
  ...{ severity, rule, region, stack: `Edge-${region}`, resource: 'Edge.Cdn' },
  ...{ message: `${rule} is wrong`, remedy: 'mend it' },
});
const summary = (changes: Partial<ReviewSummary> = {}): ReviewSummary => ({
  ...{ stacks: 28, resources: 500, regions: [], rules: 40 },
  ...{ error: 0, warning: 0, info: 0, acknowledged: 0, ...changes },
});

it('is one line where nothing is found', () => {
  expect(reviewSummary({ summary: summary(), findings: [] }, 'sharded')).toEqual([
    'Review of 28 stacks by 40 rules: 0 errors, 0 warnings',
  ]);
});

it('names the first of each rule, how many there are more, and where to read them', () => {
  const rules = ['a', 'b', 'c', 'd', 'e'];
  const findings = [
    ...rules.flatMap((rule) => ['x', 'y'].map((region) => finding('error', rule, region))),
    finding('info', 'f', 'x'),
  ];
  const counts = { error: 10, info: 1, acknowledged: 2 };
  expect(reviewSummary({ summary: summary(counts), findings }, 'sharded')).toEqual([
    'Review of 28 stacks by 40 rules: 10 errors, 0 warnings, 1 note, 2 acknowledged',
    '  error a Edge-x: a is wrong',
    '  error b Edge-x: b is wrong',
    '  error c Edge-x: c is wrong',
    '  and 2 rules more',
    '  npx meridian review sharded has them all, with remedies',
  ]);
});

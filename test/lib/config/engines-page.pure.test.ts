import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINES } from '../../../lib/config';

const page = readFileSync(join(__dirname, '../../../docs/engines.md'), 'utf8');
const sections = new Map(
  page.split(/^## /m).map((section) => {
    const [title = '', ...lines] = section.split('\n');
    return [title, lines.join('\n')] as const;
  }),
);

test.each(ENGINES)(
  'docs/engines.md says of %s when, for how much, how far, and what is done',
  (engine) => {
    const section = sections.get(engine) ?? '';
    for (const part of [
      'When',
      'Cost',
      'Limits',
      'Consistency and failover',
      'What the stacks do',
    ]) {
      expect(section).toContain(`**${part}.**`);
    }
    expect(page).toContain(`| \`${engine}\` `);
  },
);

test('docs/engines.md has no section of an engine that cannot be declared', () => {
  const [, ...titles] = sections.keys();
  const others = ['Not here', 'The cache'];
  expect(titles.filter((title) => !others.includes(title)).sort()).toEqual([...ENGINES].sort());
});

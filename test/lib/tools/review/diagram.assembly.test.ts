import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../../lib/tools/assembly';
import { formatMermaid, formatSvg, pictureOf, View } from '../../../../lib/tools/review';
import type { Picture } from '../../../../lib/tools/review';
import { synthesized } from '../../../support/assembly';
import { ROOT } from '../../../support/root';

let picture: Picture;
beforeAll(async () => {
  const { directory } = await synthesized();
  picture = pictureOf(new View(loadAssembly(directory)));
}, 120_000);

it('is the picture that the README shows', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('](docs/reference.svg)');
  // Written by `npx meridian diagram --out docs/reference.svg`.
  expect(readFileSync(join(ROOT, 'docs/reference.svg'), 'utf8')).toBe(formatSvg(picture));
});

it('reads request path and data path off the templates', () => {
  expect(picture.edge?.paths.map(({ path, to }) => [path, to])).toEqual([
    ['/', 'regions'],
    ['/api/*', 'dns'],
    ['/media/REGION/*', 'regions'],
  ]);
  expect(picture.dns).toEqual({ name: 'origin.example.com', policy: 'latency', checked: true });
  expect(picture.regions.map(({ region, writes }) => [region, writes])).toEqual([
    ['eu-central-1', ['s0']],
    ['us-east-2', []],
    ['ap-northeast-1', []],
  ]);
  expect(picture.tables.filter(({ strong }) => strong)).toHaveLength(1);
});

it('draws every Region in both forms, and asks nothing of the network', () => {
  for (const text of [formatSvg(picture), formatMermaid(picture)]) {
    for (const { region } of picture.regions) expect(text).toContain(region);
    expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg")/);
  }
});

it('keeps names of templates from becoming markup', () => {
  const hostile: Picture = {
    ...picture,
    dns: { name: '"><script>alert(1)</script>', policy: 'latency', checked: true },
  };
  expect(formatSvg(hostile)).not.toContain('<script');
  expect(formatMermaid(hostile)).not.toContain('<script');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { siteFiles } from '../../../../lib/constructs/edge/private/site-files';
import { siteRouter } from '../../../../lib/constructs/edge/private/site-router';

const made: string[] = [];
const site = (files: Readonly<Record<string, string>>): string => {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-site-'));
  made.push(directory);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(directory, name), content);
  return directory;
};
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true });
});
const pages = { '404.html': '<p>"No" \\ such</p>', 'index.html': 'hello' };

type Outcome = { uri?: string; statusCode?: number; body?: string };
const visit = (uri: string): Outcome =>
  runInNewContext(`${siteRouter(site(pages))}\nhandler(event)`, {
    event: { request: { uri } },
  }) as Outcome;

test.each([
  ['/', '/index.html'],
  ['/index.html', '/index.html'],
  ['/404.html', '/404.html'],
])('%s is asked of the bucket as %s', (uri, asked) => {
  expect(visit(uri)).toEqual({ uri: asked });
});

test.each(['/nothing', '/nothing/', '/index', '/INDEX.html'])(
  '%s is a 404 with the page',
  (uri) => {
    expect(visit(uri)).toMatchObject({ statusCode: 404, body: pages['404.html'] });
  },
);

test('a site that a CloudFront function cannot hold is refused', () => {
  const long = site({ '404.html': 'x'.repeat(11_000) });
  expect(() => siteRouter(long)).toThrow(/must be at most 10240 bytes/);
});

test('files come in the order of their names, with content types', () => {
  expect(siteFiles(site({ 'b.html': '', 'a.css': '' }))).toEqual([
    { key: 'a.css', contentType: 'text/css; charset=utf-8', cacheControl: 'public, max-age=60' },
    { key: 'b.html', contentType: 'text/html; charset=utf-8', cacheControl: 'public, max-age=60' },
  ]);
});

test('a file of unknown type is refused rather than guessed', () => {
  expect(() => siteFiles(site({ 'a.exe': '' }))).toThrow(/must end in one of .*got: a\.exe/);
});

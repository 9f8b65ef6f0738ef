import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentSecurityPolicy } from '../../../../lib/constructs/edge/private/content-security';

const made: string[] = [];
const directoryOf = (files: Readonly<Record<string, string>>): string => {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-site-'));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
};
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true });
});
const sha = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const directive = (policy: string, name: string) =>
  policy
    .split('; ')
    .find((it) => it.startsWith(`${name} `))
    ?.split(' ')
    .slice(1);

test('pages load their own files and nothing else, and nobody frames them', () => {
  const policy = contentSecurityPolicy(directoryOf({ 'index.html': '<p>Hello</p>' }));
  expect(directive(policy, 'default-src')).toEqual(["'none'"]);
  expect(directive(policy, 'script-src')).toEqual(["'self'"]);
  expect(directive(policy, 'connect-src')).toEqual(["'self'"]);
  expect(directive(policy, 'frame-ancestors')).toEqual(["'none'"]);
  expect(policy).not.toContain('unsafe');
});

test('what stands inline is admitted by its hash, once, and files by their address', () => {
  const page = [
    '<style>p { color: red }</style>',
    '<script>start()</script>',
    '<script type="module" src="/app.js"></script>',
  ].join('');
  const policy = contentSecurityPolicy(directoryOf({ 'a.html': page, 'b.html': page, 'c.js': '' }));
  expect(directive(policy, 'style-src')).toEqual(["'self'", sha('p { color: red }')]);
  expect(directive(policy, 'script-src')).toEqual(["'self'", sha('start()')]);
});

test('hosts of the API may be called, their live connections too', () => {
  const policy = contentSecurityPolicy(directoryOf({ 'index.html': '' }), {
    apiHosts: ['api.example.com'],
    uploadHosts: ['b.s3.eu-central-1.amazonaws.com'],
  });
  expect(directive(policy, 'connect-src')).toEqual([
    ...["'self'", 'https://api.example.com', 'wss://api.example.com'],
    'https://b.s3.eu-central-1.amazonaws.com',
  ]);
});

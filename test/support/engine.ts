import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { initTemplate, preparePostgres } from '../../lib/tools/twin/postgres';
import type { PostgresBinaries, PostgresTemplate } from '../../lib/tools/twin/postgres';

export interface Engine {
  readonly binaries: PostgresBinaries;
  /** Servers are copies of it; nobody changes it. */
  readonly template: PostgresTemplate;
}

const TEMPLATE = 'template';

interface Superuser {
  readonly username: string;
  readonly password: string;
}

/**
 * PostgreSQL and a data directory of this superuser, which the files of one run share: `test/run.mjs` names
 * the place in `MERIDIAN_TEST_ENGINES` and removes it. Without it they are made below `home`.
 */
export async function engineFor(home: string, superuser: Superuser): Promise<Engine> {
  const place = process.env['MERIDIAN_TEST_ENGINES'] ?? home;
  mkdirSync(place, { recursive: true });
  // As root the servers run as `nobody`, who must get there.
  chmodSync(place, 0o711);
  const binaries = await preparePostgres(place);
  const name = createHash('sha256').update(JSON.stringify(superuser)).digest('hex').slice(0, 16);
  const made = join(place, name);
  if (!existsSync(made)) await makeTemplate(binaries, made, superuser);
  return { binaries, template: { directory: join(made, TEMPLATE), ...superuser } };
}

/** Of two that make the same at once, one's stays. */
async function makeTemplate(
  binaries: PostgresBinaries,
  made: string,
  superuser: Superuser,
): Promise<void> {
  const making = `${made}.${randomUUID()}`;
  await initTemplate(binaries, join(making, TEMPLATE), superuser);
  try {
    renameSync(making, made);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(made)) throw error;
  }
}

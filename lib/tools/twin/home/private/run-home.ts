import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '../../../command';

/** Where the twins of one user live, and one of them. */
export interface RunHome {
  /** Shared by the user's twins. */
  readonly root: string;
  /** Of this twin alone: state, logs, programs, buckets. Mode 700. */
  readonly directory: string;
  /** Of this twin's engines alone: it belongs to whom they run as. Mode 700. */
  readonly engines: string;
  /** Shared by the user's twins: words of detached ones, and logs of starts that failed. */
  readonly logs: string;
  /** Shared by the user's twins: pages of drills. */
  readonly drills: string;
}

const RESERVED = ['drills', 'engines', 'logs'];

/**
 * Opens `$MERIDIAN_HOME`, else a directory of this user in the system's temporary directory.
 *
 * As root the home is passable for others (mode 711), because engines run as `nobody` from within.
 *
 * @throws CommandError (2) where the name or the directory cannot be used
 */
export function openHome(env: Readonly<NodeJS.ProcessEnv>, name: string): RunHome {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name) || RESERVED.includes(name)) {
    throw new CommandError(
      '--name must be 1 to 32 lower-case letters, digits and hyphens, and none of ' +
        `${RESERVED.join(', ')}, got: ${name}`,
      2,
    );
  }
  const uid = process.getuid?.() ?? 0;
  const asked = env['MERIDIAN_HOME'] ?? '';
  const root = asked === '' ? join(tmpdir(), `meridian-${uid}`) : resolve(asked);
  makeOwn(root, uid);
  return {
    root,
    directory: join(root, name),
    engines: join(root, 'engines', name),
    logs: join(root, 'logs'),
    drills: join(root, 'drills'),
  };
}

function makeOwn(root: string, uid: number): void {
  const mode = uid === 0 ? 0o711 : 0o700;
  try {
    mkdirSync(root, { recursive: true, mode });
    const found = lstatSync(root);
    // In a directory that all may write to, another user may have been there first.
    if (!found.isDirectory() || found.uid !== uid) throw new Error('it belongs to another user');
    chmodSync(root, mode);
    if (uid === 0) demandPassage(dirname(root));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `the run home ${root} cannot be used: ${reason}. ` +
        'Remedy: set MERIDIAN_HOME to a directory of your own.',
      2,
    );
  }
}

/** Directories above the home are not ours to open. @throws Error naming the one that is closed */
function demandPassage(directory: string): void {
  if ((statSync(directory).mode & 0o001) === 0) {
    throw new Error(`${directory} is closed to others, and as root PostgreSQL runs as nobody`);
  }
  if (dirname(directory) !== directory) demandPassage(dirname(directory));
}

import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { choosePort, startGuarded, waitFor } from '../../../lib/tools/twin/processes';
import type { GuardedProcess } from '../../../lib/tools/twin/processes';
import { Databases } from './databases';

export const ACCOUNT = '123456789012';
const ROOT = join(__dirname, '../../..');
const START_MS = 30_000;

export interface EmulatorOptions {
  /** Regions in which clusters run real PostgreSQL. @default none: clusters are metadata */
  readonly databaseRegions?: readonly string[];
}

/** An AWS API on a loopback port, with nothing in it; one for each test file. */
export class Emulator {
  private constructor(
    /** Of this run; removed at its end. */
    public readonly directory: string,
    public readonly url: string,
    /** PostgreSQL behind the clusters. */
    public readonly databases: Databases | undefined,
    private readonly program: GuardedProcess,
  ) {}

  public static async start({ databaseRegions = [] }: EmulatorOptions = {}): Promise<Emulator> {
    const directory = mkdtempSync(join(tmpdir(), 'meridian-emulator-'));
    // As root PostgreSQL runs as `nobody`, who must get to its directories.
    chmodSync(directory, 0o711);
    carrySdk(directory);
    const databases = await startDatabases(directory, databaseRegions);
    const port = await choosePort('127.0.0.1', 0);
    const url = `http://127.0.0.1:${port}`;
    const program = startGuarded({
      command: emulatorPython(),
      args: ['-m', 'plugin'],
      cwd: directory,
      env: {
        ...environment(directory, port),
        ...(databases && { EMULATOR_DATABASES: databases.url }),
      },
      log: join(directory, 'emulator.log'),
    });
    const emulator = new Emulator(directory, url, databases, program);
    try {
      await waitFor(`the emulator at ${url}`, START_MS, async () => {
        const answer = await fetch(`${url}/_ministack/health`).catch(() => undefined);
        return answer?.ok === true ? true : undefined;
      });
    } catch (error) {
      const words = emulator.log.split('\n').slice(-5).join('\n');
      await emulator.stop();
      throw new Error(`the emulator did not start: ${words}`, { cause: error });
    }
    return emulator;
  }

  /** What the emulator said so far. */
  public get log(): string {
    return readFileSync(join(this.directory, 'emulator.log'), 'utf8');
  }

  /** Errors that functions logged so far, a line each. */
  public get functionErrors(): readonly string[] {
    const path = functionsLog(this.directory);
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    return lines.filter((line) => line.includes('"level":"error"'));
  }

  public async stop(): Promise<void> {
    await this.program.stop('immediate');
    await this.databases?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** For clients: a key id of twelve digits is the account. */
  public get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'emulated',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: this.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(this.directory, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(this.directory, 'none'),
    };
  }
}

/** Lambda's Node runtime carries the AWS SDK and nothing else; functions are unpacked below here. */
function carrySdk(directory: string): void {
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules/@aws-sdk'), join(directory, 'node_modules/@aws-sdk'));
}

async function startDatabases(
  directory: string,
  regions: readonly string[],
): Promise<Databases | undefined> {
  if (regions.length === 0) return undefined;
  await promisify(execFile)(
    emulatorPython(),
    ['-m', 'plugin.certificates', directory, ...regions],
    {
      env: { PYTHONPATH: __dirname, PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
  return await Databases.start(directory, directory);
}

function functionsLog(directory: string): string {
  return join(directory, 'functions.log');
}

function environment(directory: string, port: number): Record<string, string> {
  const path = process.env.PATH ?? '';
  return {
    PATH: path,
    HOME: directory,
    TMPDIR: directory,
    PYTHONPATH: __dirname,
    PYTHONDONTWRITEBYTECODE: '1',
    NODE_PATH: join(directory, 'node_modules'),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    // Functions are given these names of endpoints, as the SDKs know them.
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    // It would open a second port.
    IOT_MTLS_ENABLED: 'false',
    EMULATOR_HOSTS: join(directory, 'hosts.json'),
    EMULATOR_PRELOAD: join(__dirname, 'runtime/preload.mjs'),
    EMULATOR_AUTHORITY: join(directory, 'authority.pem'),
    EMULATOR_FUNCTIONS_LOG: functionsLog(directory),
  };
}

/** @throws Error with the remedy, where the ring's runner has not prepared it */
export function emulatorPython(): string {
  const { MERIDIAN_DEPLOY_PYTHON: path } = process.env;
  if (path !== undefined) return path;
  throw new Error('MERIDIAN_DEPLOY_PYTHON is not set. Remedy: `npm run test:deploy [-- FILE]`');
}

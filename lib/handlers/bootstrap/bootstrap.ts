import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from './signed-request';
import { objectUrl, sha256, signedGet } from './signed-request';

/** Where a task's role answers with credentials. */
const CREDENTIALS_HOST = 'http://169.254.170.2';
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 200;
const TIMEOUT_MS = 10_000;

/** A file in the Region's own asset bucket, and the digest that its bytes must have. */
export interface WantedFile {
  readonly key: string;
  readonly sha256: string;
}

/** {@link process.env} of a server, parsed. */
export interface BootstrapSettings {
  readonly region: string;
  readonly bucket: string;
  readonly server: WantedFile;
  readonly certificates: WantedFile;
  /** Where the role answers with credentials. */
  readonly credentialsUrl: string;
  /** Value of the header `authorization` that it wants. */
  readonly credentialsToken?: string;
}

/** What starting a server needs of the world around it. */
export interface World {
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** Trusts authorities beside those of Node itself. */
  readonly trust: (certificates: readonly string[]) => void;
  /** Runs a module. */
  readonly run: (source: Uint8Array) => Promise<void>;
}

export const REAL_WAIT: World['wait'] = (milliseconds) => sleep(milliseconds);

/**
 * Turns a plain Node image into a server: fetches the bundle and the databases' certificates from the
 * Region's own asset bucket, refuses any byte that the template did not name, and runs the bundle in
 * this process. Whatever fails ends the process, and the service starts another task.
 */
export async function startServer(settings: BootstrapSettings, world: World): Promise<void> {
  const credentials = await retried(world, () => readCredentials(settings, world));
  const get = async (file: WantedFile): Promise<Uint8Array> =>
    verified(await retried(world, () => download(settings, file, credentials, world)), file);
  const [server, certificates] = await Promise.all([
    get(settings.server),
    get(settings.certificates),
  ]);
  const text = new TextDecoder().decode(certificates);
  world.trust(text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []);
  await world.run(server);
}

/**
 * Reads the environment of a server: a container has the path of its role, an instance an address.
 * @throws Error naming every missing variable
 */
export function readSettings(
  variables: Readonly<Record<string, string | undefined>>,
): BootstrapSettings {
  const missing: string[] = [];
  const text = (name: string): string => {
    const value = variables[name] ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  const file = (name: string): WantedFile => ({
    key: text(`BOOTSTRAP_${name}_KEY`),
    sha256: text(`BOOTSTRAP_${name}_SHA256`),
  });
  const full = variables['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const token = variables['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const settings = {
    region: text('MERIDIAN_REGION'),
    bucket: text('BOOTSTRAP_BUCKET'),
    server: file('SERVER'),
    certificates: file('CERTIFICATES'),
    credentialsUrl: full ?? CREDENTIALS_HOST + text('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'),
    ...(token !== undefined && { credentialsToken: token }),
  };
  if (missing.length > 0) throw new Error(`the environment lacks ${missing.join(', ')}`);
  return settings;
}

async function readCredentials(
  { credentialsUrl, credentialsToken }: BootstrapSettings,
  world: World,
): Promise<Credentials> {
  const answer = await world.fetch(credentialsUrl, {
    ...(credentialsToken !== undefined && { headers: { authorization: credentialsToken } }),
    ...timely(),
  });
  if (!answer.ok) throw new Error(`the server's role answered ${answer.status}`);
  const { AccessKeyId, SecretAccessKey, Token } = (await answer.json()) as Record<string, string>;
  if (AccessKeyId === undefined || SecretAccessKey === undefined || Token === undefined) {
    throw new Error("the server's role answered without credentials");
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
}

async function download(
  { region, bucket }: BootstrapSettings,
  { key }: WantedFile,
  credentials: Credentials,
  world: World,
): Promise<Uint8Array> {
  const address = { region, bucket, key };
  const headers = signedGet(address, credentials, world.now());
  const answer = await world.fetch(objectUrl(address), { headers, ...timely() });
  if (!answer.ok) throw new Error(`${bucket}/${key}: the bucket answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

function verified(content: Uint8Array, wanted: WantedFile): Uint8Array {
  const found = sha256(content);
  if (found === wanted.sha256) return content;
  throw new Error(`${wanted.key}: the bytes have sha256 ${found}, wanted: ${wanted.sha256}`);
}

async function retried<T>(world: World, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await world.wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

function timely(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(TIMEOUT_MS) };
}

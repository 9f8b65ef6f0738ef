import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postFields } from '../../../../../lambda/platform/post-policy';
import type { BlobMetadata, BlobsConfig } from '../../../../../lib/tools/twin/blobs';
import { BlobsFront, BLOB_PATH, metadataOf } from '../../../../../lib/tools/twin/blobs';
import { eventually } from '../../../../support/processes';

jest.setTimeout(30_000);

const KEYS = { accessKeyId: 'twin', secretAccessKey: 'twin' };
const FILE = Buffer.from('an image, as far as anybody here looks');
const NOW = Date.parse('2026-11-28T01:00:00Z');
const GRANT = {
  ...{ bucket: 'eu-uploads', region: 'eu-central-1', key: 'media/17/a.png' },
  contentType: 'image/png',
  bytes: [FILE.length, FILE.length],
  seconds: 600,
  fields: { success_action_status: '201', 'Cache-Control': 'public, max-age=60' },
} as const;

/** A Region's process, as far as forms and copies go. */
class Region {
  public readonly server: Server;
  public front: BlobsFront | undefined;
  public readonly directory = mkdtempSync(join(tmpdir(), 'meridian-blobs-'));
  public now = NOW;
  /** Whether copies are taken. */
  public takes = true;

  public constructor() {
    this.server = createServer((request, response) => {
      // Whatever is still on its way when a test ends finds no directory.
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public start(config: BlobsConfig): void {
    this.front = new BlobsFront(config, this.directory, 'token', () => this.now);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === BLOB_PATH) {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { bucket, key, metadata } = JSON.parse(String(request.headers['x-blob'])) as {
        readonly bucket: string;
        readonly key: string;
        readonly metadata: BlobMetadata;
      };
      const taken =
        this.takes &&
        (await this.front!.receive(
          bucket,
          decodeURIComponent(key),
          Buffer.concat(chunks),
          metadata,
        ));
      response.writeHead(taken ? 200 : 503).end();
    } else if (!(await this.front!.serve(request, response))) response.writeHead(404).end();
  }
}

let eu: Region;
let ap: Region;
let configOf: (region: string) => BlobsConfig;

beforeEach(async () => {
  [eu, ap] = [new Region(), new Region()];
  for (const { server } of [eu, ap])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const urls: Readonly<Record<string, string>> = { eu: eu.url, ap: ap.url };
  configOf = (region) => ({
    region: region === 'eu' ? 'eu-central-1' : 'ap-northeast-1',
    keys: { twin: 'twin' },
    mostBytes: 1_000,
    buckets: [
      {
        name: `${region}-uploads`,
        origins: ['https://example.com', 'https://*.example.org'],
        replicas: ['eu', 'ap']
          .filter((other) => other !== region)
          .map((other) => ({ bucket: `${other}-uploads`, url: urls[other]! })),
      },
    ],
  });
  eu.start(configOf('eu'));
  ap.start(configOf('ap'));
});
afterEach(async () => {
  for (const { server, front, directory } of [eu, ap]) {
    front?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  }
});

interface Sent {
  /** @default what is signed */
  readonly change?: (fields: Record<string, string>) => void;
  readonly file?: Buffer | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send({ change, headers = {}, ...rest }: Sent = {}, grant: object = {}) {
  const fields = { ...postFields({ ...GRANT, ...grant }, KEYS, new Date(NOW)) };
  change?.(fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const file = 'file' in rest ? rest.file : FILE;
  if (file !== undefined) form.set('file', new Blob([new Uint8Array(file)]), 'a.png');
  const answer = await fetch(`${eu.url}/eu-uploads`, { method: 'POST', body: form, headers });
  const text = await answer.text();
  return {
    status: answer.status,
    code: /<Code>(\w+)<\/Code>/.exec(text)?.[1],
    message: /<Message>(.*)<\/Message>/.exec(text)?.[1] ?? '',
    headers: answer.headers,
  };
}

/** The other Region's copy, as soon as it has one. */
function copied() {
  return eventually(
    () => metadataOf(ap.directory, 'ap-uploads', GRANT.key),
    (found) => found !== undefined,
  );
}

test('a form as it was signed puts the object, and every Region gets a copy', async () => {
  expect(await send()).toMatchObject({ status: 201 });
  const about = { contentType: 'image/png', cacheControl: 'public, max-age=60' };
  expect(await metadataOf(eu.directory, 'eu-uploads', GRANT.key)).toMatchObject(about);
  expect(await copied()).toMatchObject(about);
});

test('copies for a Region that is away arrive when it is back, over an end of the process', async () => {
  ap.takes = false;
  expect((await send()).status).toBe(201);
  expect(eu.front!.state()['ap-uploads']!.waiting).toBe(1);
  eu.front!.close();
  eu.start(configOf('eu'));
  ap.takes = true;
  expect(await copied()).toBeDefined();
  const waiting = () => eu.front!.state()['ap-uploads']!.waiting;
  expect(await eventually(waiting, (count) => count === 0)).toBe(0);
});

test.each<readonly [why: string, sent: Sent, status: number, code: string, message: RegExp]>([
  ['more bytes', { file: Buffer.alloc(99) }, 400, 'EntityTooLarge', /exceeds/],
  ['fewer bytes', { file: Buffer.alloc(3) }, 400, 'EntityTooSmall', /smaller/],
  ['no file', { file: undefined }, 400, 'InvalidArgument', /exactly one file/],
  [
    'another type',
    { change: (it) => (it['Content-Type'] = 'text/html') },
    403,
    'AccessDenied',
    /Condition failed: .*content-type/,
  ],
  [
    "another user's name",
    { change: (it) => (it['key'] = 'media/18/a.png') },
    403,
    'AccessDenied',
    /Condition failed: .*key/,
  ],
  [
    'a field more',
    { change: (it) => (it['acl'] = 'public-read') },
    403,
    'AccessDenied',
    /Extra input fields: acl/,
  ],
  [
    'a policy that was changed',
    {
      change: (it) =>
        (it['policy'] = Buffer.from(
          '{"expiration":"2099-01-01T00:00:00Z","conditions":[]}',
        ).toString('base64')),
    },
    403,
    'SignatureDoesNotMatch',
    /signature/,
  ],
  [
    'an unknown key',
    { change: (it) => (it['x-amz-credential'] = it['x-amz-credential']!.replace('twin', 'other')) },
    403,
    'InvalidAccessKeyId',
    /does not exist/,
  ],
  ['no policy', { change: (it) => delete it['policy'] }, 403, 'AccessDenied', /Access Denied/],
])('refuses %s with the code of S3', async (_, sent, status, code, message) => {
  const answer = await send(sent);
  expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
  expect(answer.message).toMatch(message);
  expect(await metadataOf(eu.directory, 'eu-uploads', GRANT.key)).toBeUndefined();
});

test('refuses a form of yesterday, and one that another Region signed', async () => {
  eu.now = NOW + 601_000;
  expect(await send()).toMatchObject({ status: 403, code: 'AccessDenied' });
  eu.now = NOW;
  const other = await send({}, { region: 'us-east-2' });
  expect(other).toMatchObject({ status: 400, code: 'AuthorizationHeaderMalformed' });
});

test('refuses what is no form, and any more when it is full', async () => {
  const plain = await fetch(`${eu.url}/eu-uploads`, { method: 'POST', body: 'hello' });
  expect([plain.status, await plain.text()]).toEqual([
    412,
    expect.stringContaining('PreconditionFailed'),
  ]);
  const broken = await fetch(`${eu.url}/eu-uploads`, {
    ...{ method: 'POST', body: 'hello' },
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  expect([broken.status, await broken.text()]).toEqual([
    400,
    expect.stringContaining('MalformedPOSTRequest'),
  ]);
  const large = Buffer.alloc(1_001);
  const full = await send({ file: large }, { bytes: [large.length, large.length] });
  expect(full).toMatchObject({ status: 503, code: 'SlowDown' });
});

test('pages of allowed origins may read the answer, others may not', async () => {
  const allowed = async (origin: string) =>
    (await send({ headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed('https://example.com')).toBe('https://example.com');
  expect(await allowed('https://a.example.org')).toBe('https://a.example.org');
  expect(await allowed('https://evil.example')).toBeNull();
});

import { AwsV4Signer } from 'aws4fetch';
import { readSettings, startServer } from '../../../../lib/handlers/bootstrap/bootstrap';
import type { World } from '../../../../lib/handlers/bootstrap/bootstrap';
import { objectUrl, sha256, signedGet } from '../../../../lib/handlers/bootstrap/signed-request';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret/+', sessionToken: 'token==' };
const SERVER = 'export {};\n';
const PEM = ['one', 'two']
  .map((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`)
  .join('');
const VARIABLES = {
  MERIDIAN_REGION: 'us-east-2',
  BOOTSTRAP_BUCKET: 'assets',
  BOOTSTRAP_SERVER_KEY: 'server.mjs',
  BOOTSTRAP_SERVER_SHA256: sha256(SERVER),
  BOOTSTRAP_CERTIFICATES_KEY: 'certificates.pem',
  BOOTSTRAP_CERTIFICATES_SHA256: sha256(PEM),
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/x',
};
const ROLE = {
  AccessKeyId: CREDENTIALS.accessKeyId,
  SecretAccessKey: CREDENTIALS.secretAccessKey,
  Token: CREDENTIALS.sessionToken,
};

test('a signature is the one that another implementation makes', async () => {
  const address = { region: 'eu-central-1', bucket: 'assets-1', key: 'some dir/a b+c.mjs' };
  const now = new Date('2026-11-24T01:02:03.456Z');
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    url: objectUrl(address).href,
    service: 's3',
    region: address.region,
    datetime: '20261124T010203Z',
    headers: { 'x-amz-content-sha256': sha256('') },
  });
  const { headers } = await signer.sign();
  expect(signedGet(address, CREDENTIALS, now).authorization).toBe(headers.get('authorization'));
});

/** A world that answers by address; what happens in it is told in `events`. */
function worldOf(answers: Readonly<Record<string, readonly (string | number)[]>>) {
  const left = new Map(Object.entries(answers).map(([key, list]) => [key, [...list]]));
  const events: string[] = [];
  const world: World = {
    fetch: (input) => {
      const url = input instanceof URL ? input.href : (input as string);
      const list = left.get(url);
      const answer = list !== undefined && list.length > 1 ? list.shift() : list?.[0];
      events.push(`get ${url}`);
      return Promise.resolve(
        typeof answer === 'string'
          ? new Response(answer)
          : new Response('', { status: answer ?? 404 }),
      );
    },
    now: () => new Date(0),
    wait: (milliseconds) => Promise.resolve(events.push(`wait ${milliseconds}`)),
    trust: (certificates) => events.push(`trust ${certificates.length}`),
    run: (source) => Promise.resolve(void events.push(`run ${new TextDecoder().decode(source)}`)),
  };
  return { world, events };
}

const CREDENTIALS_URL = 'http://169.254.170.2/v2/credentials/x';
const SERVER_URL = 'https://assets.s3.us-east-2.amazonaws.com/server.mjs';
const CERTIFICATES_URL = 'https://assets.s3.us-east-2.amazonaws.com/certificates.pem';
const GOOD = {
  [CREDENTIALS_URL]: [JSON.stringify(ROLE)],
  [SERVER_URL]: [SERVER],
  [CERTIFICATES_URL]: [PEM],
};
const settings = readSettings(VARIABLES);

test('a server runs after its certificates are trusted, from the own Region alone', async () => {
  const { world, events } = worldOf(GOOD);
  await startServer(settings, world);
  expect(events).toEqual([
    `get ${CREDENTIALS_URL}`,
    `get ${SERVER_URL}`,
    `get ${CERTIFICATES_URL}`,
    'trust 2',
    `run ${SERVER}`,
  ]);
});

test.each([SERVER_URL, CERTIFICATES_URL])(
  'nothing is trusted or run where the bytes of %s are others',
  async (url) => {
    const { world, events } = worldOf({ ...GOOD, [url]: ['evil()'] });
    await expect(startServer(settings, world)).rejects.toThrow(/the bytes have sha256 .*wanted/);
    expect(events.filter((event) => /^(run|trust)/.test(event))).toEqual([]);
  },
);

test('what fails is tried again, at growing intervals, and then given up', async () => {
  const recovering = worldOf({ ...GOOD, [SERVER_URL]: [503, 503, SERVER] });
  await startServer(settings, recovering.world);
  expect(recovering.events).toEqual(expect.arrayContaining(['wait 200', 'wait 400']));
  expect(recovering.events.at(-1)).toBe(`run ${SERVER}`);

  const lost = worldOf({ ...GOOD, [CREDENTIALS_URL]: [500] });
  await expect(startServer(settings, lost.world)).rejects.toThrow("the server's role answered 500");
  expect(lost.events.filter((event) => event.startsWith('get'))).toHaveLength(5);
});

test('an instance asks for its role at an address of its own, with the token that it wants', async () => {
  const url = 'http://127.0.0.1:4711/role';
  const found = readSettings({
    ...VARIABLES,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token',
  });
  expect(found).toMatchObject({ credentialsUrl: url, credentialsToken: 'token' });
  const { world, events } = worldOf({ ...GOOD, [url]: [JSON.stringify(ROLE)] });
  await startServer(found, world);
  expect([events[0], events.at(-1)]).toEqual([`get ${url}`, `run ${SERVER}`]);
});

test('every missing variable is named at once', () => {
  expect(() =>
    readSettings({ ...VARIABLES, BOOTSTRAP_BUCKET: '', MERIDIAN_REGION: undefined }),
  ).toThrow('the environment lacks MERIDIAN_REGION, BOOTSTRAP_BUCKET');
});

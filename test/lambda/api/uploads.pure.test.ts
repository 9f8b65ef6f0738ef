import { routesAlone } from '../support/routes';

const NOW = Date.parse('2026-11-28T01:02:03.456Z');
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };

interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly mediaUrl: string;
  readonly expiresAt: string;
}

async function formFor(userId: string, contentType: string, size: number): Promise<Form> {
  const app = routesAlone({
    now: () => NOW,
    uploads: {
      ...{ bucket: 'eu-uploads', url: 'https://eu-uploads.example' },
      credentials: () => Promise.resolve(KEYS),
    },
  });
  const answer = await app.request('http://localhost/api/uploads', {
    method: 'POST',
    headers: { authorization: `Token ${userId}` },
    body: JSON.stringify({ upload: { contentType, size } }),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { readonly upload: Form }).upload;
}

const conditionsOf = ({ fields }: Form) => {
  const policy = Buffer.from(fields['policy'] ?? '', 'base64').toString();
  return JSON.parse(policy) as { readonly expiration: string; readonly conditions: unknown[] };
};

test('a form is for one file of the size that was said, under a name of its user’s, for ten minutes', async () => {
  const form = await formFor('42', 'image/png', 4_321);
  const { expiration, conditions } = conditionsOf(form);
  expect(conditions).toContainEqual(['content-length-range', 4_321, 4_321]);
  expect(conditions).toContainEqual({ bucket: 'eu-uploads' });
  expect(conditions).toContainEqual(['eq', '$Content-Type', 'image/png']);
  expect(conditions).toContainEqual(['eq', '$key', form.fields['key']]);
  expect(conditions).toContainEqual(['eq', '$success_action_status', '201']);
  expect(conditions).toContainEqual([
    ...['eq', '$Cache-Control', 'public, max-age=31536000, immutable'],
  ]);
  expect(form.fields['key']).toMatch(/^media\/eu-central-1\/42\/[0-9a-f-]{36}\.png$/);
  expect([form.mediaUrl, form.url]).toEqual([
    `/${form.fields['key']}`,
    'https://eu-uploads.example',
  ]);
  expect([expiration, form.expiresAt]).toEqual([
    ...['2026-11-28T01:12:03.456Z', '2026-11-28T01:12:03.456Z'],
  ]);
});

test('no name is given twice, and each type has its ending', async () => {
  const [one, other] = [await formFor('42', 'image/jpeg', 9), await formFor('42', 'image/jpeg', 9)];
  expect(one.mediaUrl).not.toBe(other.mediaUrl);
  expect(one.mediaUrl).toMatch(/\.jpe?g$/);
});

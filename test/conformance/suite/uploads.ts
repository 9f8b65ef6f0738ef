import type { Answer } from '../api';
import type { Group } from '../case';
import { expectEqual, expectError, expectStatus, expectTrue } from '../expect';

/** One transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const ASK = { contentType: 'image/gif', size: PIXEL.length };

export const UPLOADS: Group = {
  name: 'uploads',
  part: 'extension',
  cases: [
    {
      name: 'are for users, of images and no larger than allowed',
      run: async (api) => {
        const { token } = await api.join();
        const ask = (upload: unknown, by = token) =>
          api.call('POST', '/api/uploads', { token: by, body: { upload } });
        expectError(
          await api.call('POST', '/api/uploads', { body: { upload: ASK } }),
          401,
          'token',
        );
        expectError(await ask(undefined), 422, 'upload');
        for (const contentType of [undefined, 'image/svg+xml', 'text/html', 7])
          expectError(await ask({ ...ASK, contentType }), 422, 'contentType');
        for (const size of [undefined, 0, -1, 1.5, 5_000_001, '43'])
          expectError(await ask({ ...ASK, size }), 422, 'size');
      },
    },
    {
      name: 'go by a form that admits that file alone, where images are kept',
      run: async (api) => {
        const { token } = await api.join();
        const answer = await api.call('POST', '/api/uploads', { token, body: { upload: ASK } });
        if (answer.status === 404) {
          expectError(answer, 404, 'uploads');
          return;
        }
        expectStatus(answer, 201);
        const { upload } = answer.body as { readonly upload: Form };
        expectTrue(
          /^\/media\/[a-z0-9-]+\/\d+\/[\w-]+\.gif$/.test(upload.mediaUrl),
          'a path of the CDN',
        );
        expectTrue(Date.parse(upload.expiresAt) > 0, 'it says until when it may be sent');
        expectEqual(await send(upload, {}, Buffer.concat([PIXEL, PIXEL])), 400, 'a larger file');
        const other = { key: upload.mediaUrl.slice(1).replace(/\/\d+\//, '/1/') };
        expectEqual(await send(upload, other), 403, "another's name");
        expectEqual(await send(upload, { 'Content-Type': 'text/html' }), 403, 'another type');
        expectEqual(await send(upload, {}), 201, 'the file');
      },
    },
  ],
};

interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly mediaUrl: string;
  readonly expiresAt: string;
}

/** Sends the form as a browser does, with some fields changed. */
async function send(
  { url, fields }: Form,
  changed: Readonly<Record<string, string>>,
  file = PIXEL,
): Promise<Answer['status']> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.set(name, value);
  form.set('file', new Blob([file]), 'pixel.gif');
  const answer = await fetch(url, { method: 'POST', body: form });
  await answer.arrayBuffer();
  return answer.status;
}

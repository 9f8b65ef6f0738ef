import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono/tiny';
import { demandKept } from '../../platform/errors';
import { postFields } from '../../platform/post-policy';
import { UPLOADS } from '../../platform/rate-limit';
import type { Dependencies } from '../dependencies';
import { parseObject, readIncoming, demandViewer } from '../incoming';
import { IMAGE_TYPES, parseUpload } from '../validation';

/** Seconds for which a form may be sent; keys of a role last longer. */
const FORM_SECONDS = 600;
/** An object's name is used once, so that whoever has it need not ask again. */
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * A form by which the client puts one image into the Region's bucket, past our servers, and the path
 * by which the CDN serves it. Nothing is written here: an unused form leaves nothing behind.
 */
export function uploadRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/uploads', async (context) => {
    const incoming = await readIncoming(context, deps);
    const { userId } = await demandViewer(incoming.authorization, false, deps);
    await deps.limiter.demand(UPLOADS, userId);
    const { contentType, size } = parseUpload(parseObject(incoming.body));
    const { region } = deps;
    const uploads = demandKept(deps.uploads, 'uploads');
    // The CDN reads by the Region first, which has it at once; the others have copies soon.
    const key = `media/${region}/${userId}/${randomUUID()}.${IMAGE_TYPES[contentType]}`;
    const now = new Date(deps.now());
    const fields = postFields(
      {
        ...{ bucket: uploads.bucket, region, key, contentType },
        bytes: [size, size],
        seconds: FORM_SECONDS,
        fields: { 'Cache-Control': FOREVER, success_action_status: '201' },
      },
      await uploads.credentials(),
      now,
    );
    const expiresAt = new Date(now.getTime() + FORM_SECONDS * 1_000).toISOString();
    const upload = { url: uploads.url, fields, mediaUrl: `/${key}`, expiresAt };
    return context.json({ upload }, 201);
  });
}

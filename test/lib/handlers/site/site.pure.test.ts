import type { CustomResourceEvent } from '../../../../lib/handlers/private/custom-resource';
import { siteWork } from '../../../../lib/handlers/site/site';
import type { SiteObject, SiteProperties } from '../../../../lib/handlers/site/site';

type Event = CustomResourceEvent<SiteProperties>;
const file = (Key: string): SiteObject => ({
  Key,
  ContentType: 'text/html',
  CacheControl: 'public',
  Source: `assets/${Key}`,
});
const properties = { Bucket: 'b', Files: [file('a.html'), file('b.html')] };
const run = async (event: Partial<Event>) => {
  const calls: string[] = [];
  const work = siteWork({
    copy: (bucket, { Key, Source }) =>
      Promise.resolve(void calls.push(`${Source} -> ${bucket}/${Key}`)),
    delete: (bucket, key) => Promise.resolve(void calls.push(`delete ${bucket}/${key}`)),
  });
  const id = await work({
    RequestType: 'Create',
    ResourceProperties: properties,
    ...event,
  } as Event);
  return { id, calls };
};

test('Create copies every file', async () => {
  expect(await run({})).toEqual({
    id: 'b/site',
    calls: ['assets/a.html -> b/a.html', 'assets/b.html -> b/b.html'],
  });
});

test('Update copies first, then deletes what the site no longer has', async () => {
  const { calls } = await run({
    RequestType: 'Update',
    PhysicalResourceId: 'b/site',
    ResourceProperties: { Bucket: 'b', Files: [file('b.html')] },
    OldResourceProperties: properties,
  });
  expect(calls).toEqual(['assets/b.html -> b/b.html', 'delete b/a.html']);
});

test('Update of the bucket leaves the old one to the Delete that follows', async () => {
  const { id, calls } = await run({
    RequestType: 'Update',
    PhysicalResourceId: 'old/site',
    OldResourceProperties: { Bucket: 'old', Files: [file('z.html')] },
  });
  expect(id).toBe('b/site');
  expect(calls.filter((call) => call.startsWith('delete'))).toEqual([]);
});

test('Delete deletes every file, and nothing after a failed Create', async () => {
  const deleted = await run({ RequestType: 'Delete', PhysicalResourceId: 'b/site' });
  expect(deleted.calls).toEqual(['delete b/a.html', 'delete b/b.html']);
  const failed = await run({ RequestType: 'Delete', PhysicalResourceId: 'request-1' });
  expect(failed.calls).toEqual([]);
});

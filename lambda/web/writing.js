import { call, upload } from './api.js';
import { el, field, form } from './dom.js';
import { attempt, link, main, to } from './parts.js';

const PICTURES = 'image/avif,image/gif,image/jpeg,image/png,image/webp';
export const picture = (label) =>
  field('picture', label, { type: 'file', accept: PICTURES, required: false });

/** What an article is made of; what there is of it already. */
export function articleFields({ title, description, body, tagList } = {}) {
  return [
    field('title', 'Title', { value: title }),
    field('description', 'In a sentence', { value: description }),
    field('body', 'Text', { long: true, rows: 10, value: body }),
    picture('Picture'),
    field('alt', 'What the picture shows', { required: false }),
    field('tags', 'Tags, by commas', { required: false, value: tagList?.join(', ') }),
  ];
}

/** The article that a form holds, its picture put where it is served from. */
export async function articleOf({ title, description, body, tags, alt, picture: file }) {
  const tagList = tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  const words = alt.replace(/[[\]]/g, '');
  const shown = file.size > 0 ? `\n\n![${words}](${await upload(file)})` : '';
  return { title, description, body: body + shown, tagList };
}

export const draftPath = (id) => `/drafts/${encodeURIComponent(id)}`;

/** An id that no other device makes; only pages of secure origins have `randomUUID`. */
const newDraftId = () => [...crypto.getRandomValues(new Uint32Array(4))].map(String).join('-');

export async function write() {
  const publish = form(
    'Publish',
    articleFields(),
    (held, _target, way) =>
      attempt(async () => {
        const article = await articleOf(held);
        if (way !== 'keep') {
          const posted = await call('POST', '/articles', { article });
          location.hash = link(posted.article.slug);
          return;
        }
        const id = newDraftId();
        await call('PUT', draftPath(id), { draft: article, parents: [] });
        location.hash = to('d', id);
      }),
    { keep: 'Keep as draft' },
  );
  main.replaceChildren(el('h1', {}, 'Write'), publish);
}

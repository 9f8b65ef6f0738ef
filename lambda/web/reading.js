import { call, session } from './api.js';
import { action, el, field, form } from './dom.js';
import { attempt, author, day, main, tag, toggle } from './parts.js';

/** A line of a text that is a picture of ours, as Markdown has it. */
const PICTURE = /^!\[([^\]\n]*)\]\((\/media\/[\w/.-]+)\)$/m;
/** A text with its pictures; all else is text, whatever it looks like. */
export const prose = (text) => {
  const [before, alt, src, ...rest] = text.split(PICTURE);
  if (src === undefined) return [el('p', { class: 'text' }, text)];
  const after = text.slice(before.length + `![${alt}](${src})`.length);
  return [
    ...(before.trim() ? [el('p', { class: 'text' }, before.trim())] : []),
    el('img', { src, alt, class: 'picture', loading: 'lazy' }),
    ...(rest.length > 0 && after.trim() ? prose(after.trim()) : []),
  ];
};

export async function article(slug) {
  const path = `/articles/${encodeURIComponent(slug)}`;
  const { article: one } = await call('GET', path);
  const mine = session.user?.username === one.author.username;
  const favorite = toggle(
    (now) => (now ? 'Favoured' : 'Favour'),
    one.favorited,
    `${path}/favorite`,
    (answer) => answer.article.favorited,
  );
  const remove = action('Delete', () =>
    attempt(async () => {
      await call('DELETE', path);
      location.hash = '#/';
    }),
  );
  const tags =
    one.tagList.length > 0 ? el('p', { class: 'row soft' }, ...one.tagList.map(tag)) : null;
  const comments = el('section', { 'aria-label': 'Comments' });
  main.replaceChildren(
    el('h1', {}, one.title),
    el('p', { class: 'row soft' }, author(one.author), day(one.createdAt)),
    ...prose(one.body),
    ...[
      tags,
      el('p', { class: 'row' }, favorite, mine ? remove : null),
      session.user ? commentForm(path, comments) : null,
    ].filter(Boolean),
    el('h2', {}, 'Comments'),
    comments,
  );
  comments.append(...(await call('GET', `${path}/comments`)).comments.map(comment));
}

const comment = ({ body, author: who, createdAt }) =>
  el(
    'article',
    {},
    el('p', { class: 'text' }, body),
    el('p', { class: 'row soft' }, author(who), day(createdAt)),
  );

const commentForm = (path, comments) =>
  form('Comment', [field('body', 'Your comment', { long: true, rows: 3 })], (held, target) =>
    attempt(async () => {
      const answer = await call('POST', `${path}/comments`, { comment: held });
      comments.prepend(comment(answer.comment));
      target.reset();
    }),
  );

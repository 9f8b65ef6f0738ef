import { call, session } from './api.js';
import { el, field, form } from './dom.js';
import { attempt, author, follow, list, main, tag, to } from './parts.js';

const MOST_SHOWN = 20;

/** What one finds without knowing its name; each part comes for itself, and says so where it cannot. */
export async function discover() {
  const words = form('Search', [field('q', 'Words', { type: 'search', maxLength: 200 })], ({ q }) =>
    attempt(async () => {
      location.hash = to('s', q);
    }),
  );
  const tags = section('Trending tags');
  const people = section('Who to follow');
  main.replaceChildren(el('h1', {}, 'Discover'), words, tags, ...(session.user ? [people] : []));
  await Promise.all([fill(tags, trending), session.user ? fill(people, suggested) : undefined]);
}

export const tagged = (name) =>
  list(`#${name}`, `/articles?tag=${encodeURIComponent(name)}`, 'No article bears this tag.');

export const found = (words) =>
  list(`Found: ${words}`, `/search?q=${encodeURIComponent(words)}`, 'No article has these words.');

const section = (title) => el('section', { 'aria-label': title }, el('h2', {}, title));

/** What cannot be read now leaves the rest of the page as it is. */
async function fill(box, read) {
  const content = await read().catch((error) => [el('p', { class: 'soft' }, error.message)]);
  box.append(...content);
}

async function trending() {
  const { tags } = await call('GET', `/tags/trending?limit=${MOST_SHOWN}`);
  if (tags.length === 0) return [el('p', { class: 'soft' }, 'No tag was used these days.')];
  const item = ({ tag: name, articles }) =>
    el('li', {}, tag(name), el('span', { class: 'soft' }, ` ${articles}`));
  return [el('ul', { class: 'row plain' }, ...tags.map(item))];
}

async function suggested() {
  const { profiles } = await call('GET', `/user/suggestions?limit=${MOST_SHOWN}`);
  const hint = 'Follow somebody, and whom they follow is proposed here.';
  if (profiles.length === 0) return [el('p', { class: 'soft' }, hint)];
  const item = (who) => el('li', { class: 'row apart' }, author(who), follow(who));
  return [el('ul', { class: 'plain' }, ...profiles.map(item))];
}

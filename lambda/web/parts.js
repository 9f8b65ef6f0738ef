import { call, session } from './api.js';
import { action, el, say } from './dom.js';

export const main = document.getElementById('main');

/** What fails is said, and stays on the page. */
export const attempt = async (work) => {
  try {
    say('');
    await work();
  } catch (error) {
    say(error.message);
  }
};

export const to = (page, name) => `#/${page}/${encodeURIComponent(name)}`;
export const link = (slug) => to('a', slug);
export const author = ({ username }) => el('a', { href: to('u', username) }, username);
export const day = (text) => el('time', { datetime: text }, new Date(text).toLocaleDateString());
export const moment = (text) => el('time', { datetime: text }, new Date(text).toLocaleString());
export const tag = (name) => el('a', { href: to('t', name) }, `#${name}`);

export const card = (article) =>
  el(
    'article',
    { 'data-slug': article.slug },
    el('h2', {}, el('a', { href: link(article.slug) }, article.title)),
    el('p', {}, article.description),
    el(
      'p',
      { class: 'row soft' },
      author(article.author),
      day(article.createdAt),
      `★ ${article.favoritesCount}`,
    ),
  );

/** A page of articles, which grows when asked to. */
export async function list(title, path, empty) {
  const box = el('section', { 'aria-label': title });
  const more = action('More', () => attempt(load));
  let offset = 0;
  const load = async () => {
    const { articles, articlesCount } = await call(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}offset=${offset}`,
    );
    box.append(...articles.map(card));
    offset += articles.length;
    more.hidden = articles.length === 0 || offset >= articlesCount;
  };
  main.replaceChildren(el('h1', {}, title), box, more);
  await load();
  if (offset === 0) box.append(el('p', { class: 'soft' }, empty));
  return box;
}

/** A button that is pressed or not, and shows what the service says. */
export function toggle(label, pressed, path, read) {
  const show = (now) => {
    button.setAttribute('aria-pressed', String(now));
    button.textContent = label(now);
  };
  const button = action('', () =>
    attempt(async () => {
      if (!session.user) return void (location.hash = '#/login');
      const method = button.getAttribute('aria-pressed') === 'true' ? 'DELETE' : 'POST';
      show(read(await call(method, path)));
    }),
  );
  show(pressed);
  return button;
}

export const follow = ({ username, following }) =>
  toggle(
    (now) => (now ? 'Following' : 'Follow'),
    following,
    `/profiles/${encodeURIComponent(username)}/follow`,
    (answer) => answer.profile.following,
  );

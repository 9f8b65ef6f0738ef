import { call, session, upload } from './api.js';
import { el, field, form, say } from './dom.js';
import { listen } from './live.js';
import { told, unread } from './told.js';

const main = document.getElementById('main');
let me = null;
let stopListening = () => undefined;

/** What fails is said, and stays on the page. */
const attempt = async (work) => {
  try {
    say('');
    await work();
  } catch (error) {
    say(error.message);
  }
};
const author = ({ username }) => el('a', { href: `#/u/${encodeURIComponent(username)}` }, username);
const day = (text) => el('time', { datetime: text }, new Date(text).toLocaleDateString());
const link = (slug) => `#/a/${encodeURIComponent(slug)}`;

const PICTURES = 'image/avif,image/gif,image/jpeg,image/png,image/webp';
const picture = (label) =>
  field('picture', label, { type: 'file', accept: PICTURES, required: false });
/** A line of a text that is a picture of ours, as Markdown has it. */
const PICTURE = /^!\[([^\]\n]*)\]\((\/media\/[\w/.-]+)\)$/m;
/** A text with its pictures; all else is text, whatever it looks like. */
const prose = (text) => {
  const [before, alt, src, ...rest] = text.split(PICTURE);
  if (src === undefined) return [el('p', { class: 'text' }, text)];
  const after = text.slice(before.length + `![${alt}](${src})`.length);
  return [
    ...(before.trim() ? [el('p', { class: 'text' }, before.trim())] : []),
    el('img', { src, alt, class: 'picture', loading: 'lazy' }),
    ...(rest.length > 0 && after.trim() ? prose(after.trim()) : []),
  ];
};

const card = (article) =>
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

async function list(title, path, empty) {
  const box = el('section', { 'aria-label': title });
  const more = el('button', { onclick: () => attempt(load) }, 'More');
  let offset = 0;
  const load = async () => {
    const { articles, articlesCount } = await call(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}offset=${offset}`,
    );
    box.append(...articles.map(card));
    offset += articles.length;
    more.hidden = offset >= articlesCount;
  };
  main.replaceChildren(el('h1', {}, title), box, more);
  await load();
  if (offset === 0) box.append(el('p', { class: 'soft' }, empty));
  return box;
}

async function feed() {
  if (!session.token) return await newest();
  const box = await list(
    'Your feed',
    '/articles/feed',
    'Follow somebody, and what they write is here at once.',
  );
  const live = el('p', { class: 'soft', id: 'live' }, 'Connecting …');
  box.before(live);
  const onEvent = ({ type, id, article }) => {
    const old = [...box.querySelectorAll('article')].find(({ dataset }) =>
      dataset.slug.endsWith(id),
    );
    if (type === 'deleted') old?.remove();
    else if (old) old.replaceWith(card(article));
    else {
      box.querySelector(':scope > p')?.remove();
      box.prepend(card(article));
      say(`New: ${article.title}`);
    }
  };
  stopListening = listen(onEvent, (connected) => {
    live.textContent = connected ? 'Live: what they write appears here.' : 'Connecting again …';
  });
}

const newest = () => list('Newest articles', '/articles', 'Nobody has written anything yet.');

/** A button that is pressed or not, and shows what the service says. */
function toggle(label, pressed, path, read) {
  const show = (now) => {
    button.setAttribute('aria-pressed', String(now));
    button.textContent = label(now);
  };
  const button = el('button', {
    onclick: () =>
      attempt(async () => {
        if (!me) return void (location.hash = '#/login');
        const method = button.getAttribute('aria-pressed') === 'true' ? 'DELETE' : 'POST';
        show(read(await call(method, path)));
      }),
  });
  show(pressed);
  return button;
}

async function article(slug) {
  const path = `/articles/${encodeURIComponent(slug)}`;
  const { article: one } = await call('GET', path);
  const mine = me?.username === one.author.username;
  const favorite = toggle(
    (now) => (now ? 'Favoured' : 'Favour'),
    one.favorited,
    `${path}/favorite`,
    (answer) => answer.article.favorited,
  );
  const remove = el(
    'button',
    {
      onclick: () =>
        attempt(async () => {
          await call('DELETE', path);
          location.hash = '#/';
        }),
    },
    'Delete',
  );
  const tags =
    one.tagList.length > 0
      ? el('p', { class: 'soft' }, one.tagList.map((tag) => `#${tag}`).join(' '))
      : null;
  const comments = el('section', { 'aria-label': 'Comments' });
  const show = ({ body, author: who, createdAt }) =>
    el(
      'article',
      {},
      el('p', { class: 'text' }, body),
      el('p', { class: 'row soft' }, author(who), day(createdAt)),
    );
  const write = form(
    'Comment',
    [field('body', 'Your comment', { long: true, rows: 3 })],
    (comment, target) =>
      attempt(async () => {
        comments.prepend(show((await call('POST', `${path}/comments`, { comment })).comment));
        target.reset();
      }),
  );
  main.replaceChildren(
    el('h1', {}, one.title),
    el('p', { class: 'row soft' }, author(one.author), day(one.createdAt)),
    ...prose(one.body),
    ...[tags, el('p', { class: 'row' }, favorite, mine ? remove : null), me ? write : null].filter(
      Boolean,
    ),
    el('h2', {}, 'Comments'),
    comments,
  );
  comments.append(...(await call('GET', `${path}/comments`)).comments.map(show));
}

async function profile(username) {
  const name = encodeURIComponent(username);
  const { profile: who } = await call('GET', `/profiles/${name}`);
  await list(who.username, `/articles?author=${name}`, 'Nothing written yet.');
  const follow = toggle(
    (now) => (now ? 'Following' : 'Follow'),
    who.following,
    `/profiles/${name}/follow`,
    (answer) => answer.profile.following,
  );
  const mine = me?.username === who.username;
  const portrait = (src) => el('img', { src, alt: '', class: 'portrait' });
  main
    .querySelector('h1')
    .after(
      ...(who.image ? [portrait(who.image)] : []),
      el('p', {}, who.bio ?? ''),
      mine ? changePicture(portrait) : follow,
    );
}

function changePicture(portrait) {
  return form('Save picture', [picture('Your picture')], ({ picture: file }) =>
    attempt(async () => {
      if (file.size === 0) throw new Error('Choose a picture first.');
      const { user } = await call('PUT', '/user', { user: { image: await upload(file) } });
      me = user;
      main.querySelector('.portrait')?.remove();
      main.querySelector('h1').after(portrait(user.image));
      say('Your picture is saved.');
    }),
  );
}

async function write() {
  const fields = [
    field('title', 'Title'),
    field('description', 'In a sentence'),
    field('body', 'Text', { long: true, rows: 10 }),
    picture('Picture'),
    field('alt', 'What the picture shows', { required: false }),
    field('tags', 'Tags, by commas', { required: false }),
  ];
  const publish = form('Publish', fields, ({ tags, picture: file, alt, body, ...rest }) =>
    attempt(async () => {
      const tagList = tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean);
      const words = alt.replace(/[[\]]/g, '');
      const shown = file.size > 0 ? `\n\n![${words}](${await upload(file)})` : '';
      const posted = await call('POST', '/articles', {
        article: { ...rest, body: body + shown, tagList },
      });
      location.hash = link(posted.article.slug);
    }),
  );
  main.replaceChildren(el('h1', {}, 'Write'), publish);
}

async function enter(isNew) {
  const name = isNew ? [field('username', 'Name', { autocomplete: 'username' })] : [];
  const password = field('password', 'Password', {
    type: 'password',
    minLength: 8,
    autocomplete: isNew ? 'new-password' : 'current-password',
  });
  const fields = [
    ...name,
    field('email', 'Mail address', { type: 'email', autocomplete: 'email' }),
    password,
  ];
  const submit = form(isNew ? 'Sign up' : 'Log in', fields, (user) =>
    attempt(async () => {
      const answer = await call('POST', isNew ? '/users' : '/users/login', { user });
      session.token = answer.user.token;
      me = answer.user;
      location.hash = '#/';
    }),
  );
  main.replaceChildren(el('h1', {}, isNew ? 'Sign up' : 'Log in'), submit);
}

async function leave() {
  await call('POST', '/session/logout').catch(() => undefined);
  session.token = null;
  me = null;
  location.hash = '#/new';
}

const PAGES = {
  '': feed,
  new: newest,
  a: article,
  u: profile,
  write,
  told: () => told(main, { attempt, author, day, link }),
  login: () => enter(false),
  join: () => enter(true),
  leave,
};

/** How many notifications are unread; beside the page, which does not wait for it. */
async function badge() {
  const link = document.querySelector('nav a[href="#/told"]');
  const count = link ? await unread() : undefined;
  if (count !== undefined && count !== '0') link.textContent = `Notifications (${count})`;
}

function navigation(now) {
  const pages = me
    ? [
        ['', 'Feed'],
        ['new', 'Newest'],
        ['write', 'Write'],
        ['told', 'Notifications'],
        [`u/${encodeURIComponent(me.username)}`, me.username],
        ['leave', 'Log out'],
      ]
    : [
        ['new', 'Newest'],
        ['login', 'Log in'],
        ['join', 'Sign up'],
      ];
  const links = pages.map(([to, text]) =>
    el('a', { href: `#/${to}`, ...(to === now && { 'aria-current': 'page' }) }, text),
  );
  document.querySelector('nav').replaceChildren(...links);
}

async function route() {
  stopListening();
  stopListening = () => undefined;
  const path = location.hash.replace(/^#\/?/, '');
  if (path === 'main') return;
  const [page, ...rest] = path.split('/');
  await attempt(async () => {
    if (session.token && !me) me = (await call('GET', '/user').catch(forget))?.user ?? null;
    navigation(path);
    if (page !== 'told') void badge();
    await (PAGES[page] ?? newest)(decodeURIComponent(rest.join('/')));
    document.title = `${main.querySelector('h1')?.textContent ?? ''} · Meridian`;
  });
  main.focus({ preventScroll: true });
}

function forget(error) {
  if (error.status !== 401) throw error;
  session.token = null;
}

addEventListener('hashchange', route);
await route();

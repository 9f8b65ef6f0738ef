import { call, session } from './api.js';
import { enter, leave, profile } from './account.js';
import { discover, found, tagged } from './discover.js';
import { el, say } from './dom.js';
import { draft, drafts } from './drafts.js';
import { listen } from './live.js';
import { attempt, author, card, day, link, list, main } from './parts.js';
import { article } from './reading.js';
import { told, unread } from './told.js';
import { write } from './writing.js';

let stopListening = () => undefined;

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

const PAGES = {
  '': feed,
  new: newest,
  a: article,
  u: profile,
  write,
  drafts,
  d: (id) => draft(id),
  discover,
  t: tagged,
  s: found,
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
  const me = session.user;
  const pages = me
    ? [
        ['', 'Feed'],
        ['new', 'Newest'],
        ['discover', 'Discover'],
        ['write', 'Write'],
        ['drafts', 'Drafts'],
        ['told', 'Notifications'],
        [`u/${encodeURIComponent(me.username)}`, me.username],
        ['leave', 'Log out'],
      ]
    : [
        ['new', 'Newest'],
        ['discover', 'Discover'],
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
    if (session.token && !session.user)
      session.user = (await call('GET', '/user').catch(forget))?.user ?? null;
    navigation(path);
    if (page !== 'told') void badge();
    const shown = (PAGES[page] ?? newest)(decodeURIComponent(rest.join('/')));
    // Here and not when all has come: by then somebody may be where the next key is meant.
    main.focus({ preventScroll: true });
    await shown;
    document.title = `${main.querySelector('h1')?.textContent ?? ''} · Meridian`;
  });
}

function forget(error) {
  if (error.status !== 401) throw error;
  session.token = null;
}

addEventListener('hashchange', route);
await route();

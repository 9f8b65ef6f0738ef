import { call } from './api.js';
import { el } from './dom.js';

const WORDS = {
  followed: 'follows you',
  favorited: 'favours',
  commented: 'commented on',
};
/** The service counts no further. */
const MOST_COUNTED = 100;

/** How many are unread, as a link shows it; `undefined` where none are kept, or cannot be read now. */
export async function unread() {
  const answer = await call('GET', '/notifications?limit=1').catch(() => undefined);
  if (!answer) return undefined;
  const { unreadCount } = answer;
  return unreadCount < MOST_COUNTED ? String(unreadCount) : `${MOST_COUNTED}+`;
}

/** What others did that concerns the reader, newest first; what is shown has been read. */
export async function told(main, { attempt, author, day, link }) {
  const box = el('section', { 'aria-label': 'Notifications' });
  const more = el('button', { onclick: () => attempt(load) }, 'More');
  let before = '';
  const show = ({ kind, actor, article, read, createdAt }) =>
    el(
      'article',
      read ? {} : { class: 'unread' },
      el(
        'p',
        {},
        author(actor),
        ` ${WORDS[kind] ?? kind} `,
        article && el('a', { href: link(article.slug) }, article.title),
        kind !== 'followed' && !article ? 'an article that is gone' : null,
      ),
      el('p', { class: 'row soft' }, day(createdAt), read ? null : 'New'),
    );
  const load = async () => {
    const { notifications, nextCursor } = await call('GET', `/notifications${before}`);
    box.append(...notifications.map(show));
    before = `?before=${encodeURIComponent(nextCursor)}`;
    more.hidden = nextCursor === null;
    return notifications;
  };
  main.replaceChildren(el('h1', {}, 'Notifications'), box, more);
  const [newest] = await load();
  if (newest === undefined) box.append(el('p', { class: 'soft' }, 'Nothing has happened yet.'));
  else await call('POST', '/notifications/read', { upTo: newest.id });
}

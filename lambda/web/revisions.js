import { action, el } from './dom.js';
import { attempt, moment } from './parts.js';
import { prose } from './reading.js';

const STATES = { shown: 'shown', conflict: 'beside it', replaced: 'replaced' };

/** What several wrote at the same time, each in full, and the ways to be left with one. */
export async function asides({ shown, read }, { keep, publish }) {
  const version = async ({ revision, updatedAt, region }) => {
    const content = await read(revision).catch(() => undefined);
    return el(
      'article',
      {},
      el('p', { class: 'row soft' }, moment(updatedAt), region),
      ...(content === undefined
        ? [el('p', {}, 'Its text has not arrived here yet.')]
        : [
            ...text(content),
            el(
              'p',
              { class: 'row' },
              action('Keep this version', () => keep(content)),
              action('Publish this version', () => publish(revision)),
            ),
          ]),
    );
  };
  return el(
    'section',
    { class: 'notice', 'aria-label': 'Written at the same time' },
    el('h2', {}, 'Written at the same time'),
    el(
      'p',
      {},
      'The editor has the version with the longer history, or else the later one. Nothing is lost: here is what was written beside it.',
    ),
    ...(await Promise.all(shown.conflicts.map(version))),
    action('Keep the version in the editor', () => keep(shown)),
  );
}

const text = ({ title, description, body, tagList }) => [
  el('h3', {}, title || 'Untitled'),
  el('p', {}, description),
  ...prose(body),
  el('p', { class: 'soft' }, tagList.map((name) => `#${name}`).join(' ')),
];

/** All that was written of a draft; each can be looked at, and put back in the editor. */
export function history({ read }, revisions, restore) {
  const item = ({ revision, updatedAt, region, state, deleted }) => {
    const box = el('div', { hidden: true });
    const look = action('Look', () => attempt(open), { 'aria-expanded': 'false' });
    const open = async () => {
      if (box.childElementCount === 0) {
        const content = await read(revision);
        box.append(
          ...text(content),
          action('Put it in the editor', () => restore(content)),
        );
      }
      box.hidden = !box.hidden;
      look.setAttribute('aria-expanded', String(!box.hidden));
    };
    const words = [region, deleted ? 'deleted' : STATES[state]].map((word) => el('span', {}, word));
    return el(
      'li',
      {},
      el(
        'p',
        { class: 'row apart' },
        el('span', { class: 'row soft' }, moment(updatedAt), ...words),
        deleted ? null : look,
      ),
      box,
    );
  };
  return el(
    'section',
    { 'aria-label': 'Revisions' },
    el('h2', {}, 'Revisions'),
    el('ol', { class: 'plain' }, ...revisions.map(item)),
  );
}

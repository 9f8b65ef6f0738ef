import { call } from './api.js';
import { el, form, say } from './dom.js';
import { attempt, link, main, moment, to } from './parts.js';
import { asides, history } from './revisions.js';
import { articleFields, articleOf, draftPath } from './writing.js';

const named = (title) => title || 'Untitled';

/** Drafts that are neither published nor deleted, last changed first. */
export async function drafts() {
  const { drafts: all } = await call('GET', '/drafts');
  const item = ({ id, title, updatedAt, region, conflicts }) =>
    el(
      'article',
      {},
      el('h2', {}, el('a', { href: to('d', id) }, named(title))),
      conflicts.length > 0
        ? el('p', {}, `Written at the same time: ${conflicts.length} more`)
        : null,
      el('p', { class: 'row soft' }, moment(updatedAt), region),
    );
  main.replaceChildren(
    el('h1', {}, 'Drafts'),
    el('p', {}, el('a', { href: '#/write' }, 'Write a new one')),
    ...(all.length > 0 ? all.map(item) : [el('p', { class: 'soft' }, 'You keep no draft.')]),
  );
}

/**
 * One draft. What is saved is made from what this page holds: what was written elsewhere meanwhile is kept
 * beside it and told of, never overwritten, and the service says which of them is shown.
 */
export async function draft(id, notice = '') {
  const path = draftPath(id);
  const [{ draft: shown }, { revisions }] = await Promise.all([
    call('GET', path),
    call('GET', `${path}/revisions`),
  ]);
  const read = async (revision) => (await call('GET', `${path}/revisions/${revision}`)).revision;
  const page = { id, path, shown, read };
  page.form = editor(page);
  const keep = (content) => settle(page, content);
  const publish = (revision) => attempt(() => send(page, revision));
  main.replaceChildren(
    el('h1', {}, named(shown.title)),
    el('p', { class: 'row soft' }, moment(shown.updatedAt), shown.region),
    ...(shown.conflicts.length > 0 ? [await asides(page, { keep, publish })] : []),
    page.form,
    history(page, revisions, (content) => fill(page.form, content)),
  );
  if (notice === '') return;
  say(notice);
  page.form.querySelector('button.main').focus();
}

function editor(page) {
  const submit = (held, _target, way) =>
    attempt(async () => {
      if (way === 'delete') {
        await call('DELETE', page.path);
        location.hash = '#/drafts';
        return;
      }
      const saved = await save(page, await articleOf(held));
      if (way === 'publish' && saved !== undefined) await send(page, saved);
    });
  const others = { publish: 'Publish', delete: 'Delete' };
  const edited = form('Save', articleFields(page.shown), submit, others);
  const button = edited.querySelector('button.main');
  button.formNoValidate = true;
  button.setAttribute('aria-keyshortcuts', 'Control+S Meta+S');
  edited.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    edited.requestSubmit(button);
  });
  return edited;
}

const PARTS = ['title', 'description', 'body', 'tagList'];
const same = (one, other) => PARTS.every((part) => String(one[part]) === String(other[part]));

/** The revision that holds it; `undefined` where another one is shown, and this one beside it. */
async function save(page, document) {
  if (same(document, page.shown)) {
    say('Nothing has changed.');
    return page.shown.revision;
  }
  const parents = [page.shown.revision];
  const { draft: now } = await call('PUT', page.path, { draft: document, parents });
  const isShown = now.conflicts.length === 0 || same(document, now);
  await draft(page.id, isShown ? 'Saved.' : BESIDE);
  return isShown ? now.revision : undefined;
}

const BESIDE = 'Saved, beside what was written at the same time and is shown. Nothing is lost.';

/** One version in place of all that were written at the same time. */
async function settle(page, content) {
  await attempt(async () => {
    const { title, description, body, tags } = Object.fromEntries(new FormData(page.form));
    const held = { title, description, body, tagList: tags };
    const before = { ...page.shown, tagList: page.shown.tagList.join(', ') };
    if (!same(held, before)) throw new Error('Save first what you have written.');
    const parents = [page.shown, ...page.shown.conflicts].map(({ revision }) => revision);
    const document = Object.fromEntries(PARTS.map((part) => [part, content[part]]));
    await call('PUT', page.path, { draft: document, parents });
    await draft(page.id, 'Only this version is left; the others are among the revisions.');
  });
}

async function send(page, revision) {
  const posted = await call('POST', `${page.path}/publish`, { revision });
  location.hash = link(posted.article.slug);
}

/** Puts a revision in the form, where it is no more than a proposal until it is saved. */
function fill(target, { title, description, body, tagList }) {
  const values = { title, description, body, tags: tagList.join(', ') };
  for (const [name, value] of Object.entries(values)) target.elements[name].value = value;
  say('In the editor; save it to go on from there.');
  target.elements.title.focus();
}

import { call, session, upload } from './api.js';
import { el, field, form, say } from './dom.js';
import { attempt, follow, list, main } from './parts.js';
import { picture } from './writing.js';

export async function profile(username) {
  const name = encodeURIComponent(username);
  const { profile: who } = await call('GET', `/profiles/${name}`);
  await list(who.username, `/articles?author=${name}`, 'Nothing written yet.');
  const mine = session.user?.username === who.username;
  main
    .querySelector('h1')
    .after(
      ...(who.image ? [portrait(who.image)] : []),
      el('p', {}, who.bio ?? ''),
      mine ? changePicture() : follow(who),
    );
}

const portrait = (src) => el('img', { src, alt: '', class: 'portrait' });

function changePicture() {
  return form('Save picture', [picture('Your picture')], ({ picture: file }) =>
    attempt(async () => {
      if (file.size === 0) throw new Error('Choose a picture first.');
      const { user } = await call('PUT', '/user', { user: { image: await upload(file) } });
      session.user = user;
      main.querySelector('.portrait')?.remove();
      main.querySelector('h1').after(portrait(user.image));
      say('Your picture is saved.');
    }),
  );
}

export async function enter(isNew) {
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
      session.user = answer.user;
      location.hash = '#/';
    }),
  );
  main.replaceChildren(el('h1', {}, isNew ? 'Sign up' : 'Log in'), submit);
}

export async function leave() {
  await call('POST', '/session/logout').catch(() => undefined);
  session.token = null;
  session.user = null;
  location.hash = '#/new';
}

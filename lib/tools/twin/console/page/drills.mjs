// Drills: a button each, and how the last one ended.
import { badge, fill, make, post, seconds } from './view.mjs';

const buttons = new Map();
let told = '';

async function start(name) {
  const button = buttons.get(name);
  if (button.getAttribute('aria-disabled') === 'true') return;
  const refusal = await post('drills', { name });
  told = refusal === undefined ? '' : `${name} was not started: ${refusal}`;
}

/** Buttons are made once: one that has the focus must not vanish under it. */
function choice({ name, summary }) {
  const button = make('button', { type: 'button', id: `drill-${name}` }, `Run ${name}`);
  button.addEventListener('click', () => start(name));
  buttons.set(name, button);
  return make('div', { className: 'drill' }, make('p', {}, summary), button);
}

export function showDrills({ available, running, last }) {
  fill('drills', available, () =>
    available.length === 0
      ? [make('p', { className: 'quiet' }, 'This twin offers no drills.')]
      : available.map(choice),
  );
  for (const [name, button] of buttons) {
    // Not `disabled`: that would take the focus from who has just pressed it.
    button.setAttribute('aria-disabled', String(running !== null));
    button.textContent = running === name ? `${name} is running…` : `Run ${name}`;
  }
  fill('result', [running, last, told], () => {
    if (told !== '') return [make('p', { className: 'warning bad' }, told)];
    if (running !== null) return [make('p', { className: 'quiet note' }, `${running} is running…`)];
    return last === null ? [] : [ending(last)];
  });
}

function ending({ name, outcome, refused }) {
  if (refused !== undefined) {
    return make('p', { className: 'warning bad' }, `${name} was not run: ${refused}`);
  }
  const { passed, regions, rto, rtoAsConfigured, rpo, expectations } = outcome;
  return make(
    'article',
    { className: 'outcome' },
    make('h3', {}, name),
    make(
      'div',
      { className: 'badges' },
      passed ? badge('good', 'Passed') : badge('bad', 'Failed'),
      badge(rpo.lost === 0 ? 'good' : 'unknown', `${rpo.lost} of ${rpo.acknowledged} writes lost`),
      badge(rpo.doubled === 0 ? 'good' : 'bad', `${rpo.doubled} doubled`),
    ),
    make('p', {}, `${regions.hit} was hit, ${regions.writer} writes now.`),
    ...(rto === null ? [] : recovery('Recovery as measured', rto)),
    ...(rtoAsConfigured === null ? [] : recovery('Recovery as configured', rtoAsConfigured)),
    make('ul', { className: 'expectations' }, ...expectations.map(expectation)),
  );
}

/** One bar, its parts as wide as they took; the words beside it say the same. */
function recovery(title, { total, ...parts }) {
  const known = Object.entries(parts).filter(([, ms]) => ms > 0);
  const bar = make('div', { className: 'bar', ariaHidden: 'true' });
  for (const [part, ms] of known) {
    const piece = make('span', { title: part });
    piece.style.width = `${(100 * ms) / total}%`;
    bar.append(piece);
  }
  const words = known.map(([part, ms]) => `${part} ${seconds(ms / 1000)}`).join(', ');
  return [
    make('p', {}, make('strong', {}, `${title}: ${seconds(total / 1000)}`)),
    bar,
    make('p', { className: 'quiet' }, words),
  ];
}

function expectation({ what, passed, observed }) {
  return make(
    'li',
    {},
    make('span', { className: `verdict ${passed ? 'good' : 'bad'}` }, passed ? 'yes' : 'no'),
    make('span', {}, `${what}: ${observed}`),
  );
}

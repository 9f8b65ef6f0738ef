// Faults by hand: a row for each, a button for each Region that has what it breaks.
import { fill, make, post } from './view.mjs';

const buttons = new Map();
/** Those that last. */
let now = [];

const lasts = (name, region) => now.some((it) => it.name === name && it.region === region);

async function turn(choice, region) {
  const on = !lasts(choice.name, region);
  const refusal = await post('faults', { name: choice.name, region, on });
  const words = refusal === undefined ? '' : `Not done: ${refusal}`;
  fill('fault-answer', words, () =>
    words === '' ? [] : [make('p', { className: 'warning bad' }, words)],
  );
}

/** Buttons are made once: one that has the focus must not vanish under it. */
function button(choice, region) {
  const element = make('button', { type: 'button', className: 'small' });
  element.id = `fault-${choice.name}-${region}`;
  element.addEventListener('click', () => {
    if (element.getAttribute('aria-disabled') !== 'true') turn(choice, region);
  });
  buttons.set(element, { choice, region });
  return element;
}

const row = (choice) =>
  make(
    'div',
    { className: 'fault' },
    make('p', {}, make('strong', {}, choice.label), `: ${choice.summary}`),
    make(
      'div',
      { className: 'choices' },
      ...choice.regions.map((region) => button(choice, region)),
    ),
  );

/** Words that change only where they do, so that nothing is read out twice. */
const say = (element, words, label) => {
  if (element.textContent !== words) element.textContent = words;
  if (element.getAttribute('aria-label') !== label) element.setAttribute('aria-label', label);
};

export function showFaults({ available, active }, { running }, regions) {
  now = active;
  fill('faults', available, () =>
    available.length === 0
      ? [make('p', { className: 'quiet' }, 'This twin offers no faults.')]
      : available.map(row),
  );
  for (const [element, { choice, region }] of buttons) {
    const city = regions[region]?.city ?? region;
    const lasting = lasts(choice.name, region);
    const label = `${lasting ? choice.undo : choice.label} ${city}`;
    say(element, lasting ? label : city, label);
    element.classList.toggle('lasting', lasting);
    element.setAttribute('aria-disabled', String(running !== null));
  }
}

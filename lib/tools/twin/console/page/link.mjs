// The network between Regions: how each line is, and a form that changes it as `meridian twin link` does.
import { badge, fill, make, post } from './view.mjs';

/** As the command names them: field of the form, and what the twin calls it. */
const VALUES = [
  ['link-latency', 'latencyMs'],
  ['link-jitter', 'jitterMs'],
  ['link-loss', 'lossPercent'],
  ['link-width', 'megabitsPerSecond'],
];
const byId = (id) => document.getElementById(id);
const isBetweenRegions = ({ between }) => !between.includes('control');
const nameOf = (end, regions) => regions[end]?.city ?? end;
const pairOf = ({ between }, regions) => between.map((end) => nameOf(end, regions)).join(' – ');

const cell = (text) => make('td', {}, text);
const row = (regions) => (line) => {
  const { latencyMs, jitterMs, lossPercent, megabitsPerSecond, cut, traffic } = line;
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, pairOf(line, regions)),
    cell(`${latencyMs} ms${jitterMs === 0 ? '' : ` + 0–${jitterMs} ms`}`),
    cell(`${Number(lossPercent.toFixed(3))} %`),
    cell(megabitsPerSecond === null ? 'no limit' : `${megabitsPerSecond} Mbit/s`),
    make('td', {}, cut ? badge('bad', 'Cut') : badge('good', 'Open')),
    cell(traffic.join(', ')),
  );
};

/** What was typed; what is empty stays as it is. */
function wanted() {
  const typed = VALUES.map(([id, name]) => [name, byId(id).value.trim()]);
  return Object.fromEntries(
    typed.filter(([, value]) => value !== '').map(([name, value]) => [name, Number(value)]),
  );
}

async function change(what) {
  const pair = byId('link-pair').value;
  const between = pair === '' ? {} : { between: pair.split(' ') };
  const refusal = await post('operations', { call: 'link', ...between, ...what });
  const words = refusal === undefined ? 'Done.' : `Not done: ${refusal}`;
  byId('link-answer').replaceChildren(
    make('p', { className: refusal === undefined ? 'quiet' : 'warning bad' }, words),
  );
}

byId('link-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const values = wanted();
  if (Object.keys(values).length > 0) change(values);
});
for (const [id, what] of [
  ['link-cut', { cut: true }],
  ['link-heal', { cut: false }],
  ['link-reset', { reset: true }],
]) {
  byId(id).addEventListener('click', () => change(what));
}

export function showLink({ link, regions }) {
  const lines = link.filter(isBetweenRegions);
  const pairs = [...new Map(lines.map((line) => [line.between.join(' '), line]))];
  byId('link-section').hidden = pairs.length === 0;
  // A choice that somebody has made stays.
  fill(
    'link-pair',
    pairs.map(([name]) => name),
    () => [
      make('option', { value: '' }, 'All lines between Regions'),
      ...pairs.map(([value, line]) => make('option', { value }, pairOf(line, regions))),
    ],
  );
  fill('link-lines', lines, () => lines.map(row(regions)));
}

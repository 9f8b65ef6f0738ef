// The map: land, Regions, where users are and which Region DNS gives them, and who copies from whom.
import { labels } from './labels.mjs';
import { fill, make, seconds, took } from './view.mjs';

const SVG = 'http://www.w3.org/2000/svg';
const draw = (tag, attributes, ...children) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const told = (element, words) => {
  element.append(draw('title', {}, words));
  return element;
};

const atlas = fetch('map.json').then((answer) => answer.json());

/** An arc that bends to the north, as ways on the globe do. */
const bend = (from, to) => {
  const lift = Math.min(120, Math.hypot(to.x - from.x, to.y - from.y) / 4);
  return `M${from.x} ${from.y}Q${(from.x + to.x) / 2} ${(from.y + to.y) / 2 - lift} ${to.x} ${to.y}`;
};
/** The shorter way round: one over the date line leaves the map and comes in at the other edge. */
const arc = (from, to, width) => {
  const turn = width * Math.round((from.x - to.x) / width);
  if (turn === 0) return bend(from, to);
  return bend(from, { ...to, x: to.x + turn }) + bend({ ...from, x: from.x - turn }, to);
};

const stateOf = ({ dead, healthy }) =>
  dead || healthy === false ? 'out' : healthy === null ? 'unsure' : 'well';

/** For each pair of Regions of which one copies what the other writes: the largest lag, in seconds. */
const copies = (regions) => {
  const all = Object.entries(regions).flatMap(([region, { databases }]) =>
    databases.map((database) => ({ region, ...database })),
  );
  const writers = new Map(
    all.filter(({ writes }) => writes === true).map(({ group, region }) => [group, region]),
  );
  const pairs = new Map();
  for (const { region: to, group, writes, lagSeconds } of all) {
    const from = writers.get(group);
    if (writes === true || from === undefined || from === to) continue;
    const before = pairs.get(`${from} ${to}`);
    const unknown = lagSeconds === null || before?.lag === null;
    const lag = unknown ? null : Math.max(lagSeconds, before?.lag ?? 0);
    pairs.set(`${from} ${to}`, { from, to, lag });
  }
  return [...pairs.values()];
};

const regionMark = (region, { x, y }, label) => {
  const state = stateOf(region);
  const words = `${region.city}: ${state === 'well' ? 'in traffic' : state === 'out' ? 'out of traffic' : 'health unknown'}, ${region.writer === true ? 'writes' : region.writer === null ? 'writer unknown' : 'reads'}`;
  const { traffic } = region;
  const rate = traffic === null ? 'unknown' : [`${traffic.requestsPerSecond}/s`, took(traffic)];
  const failed = traffic?.failedPerSecond > 0 ? `${traffic.failedPerSecond} failed/s` : '';
  const beside = { x: label.x, 'text-anchor': label.anchor };
  const mark = draw(
    'g',
    { class: `region ${state}` },
    draw('rect', { x: x - 9, y: y - 9, width: 18, height: 18, rx: 4 }),
    draw('text', { ...beside, y: label.y + 1 }, region.city),
    draw(
      'text',
      { ...beside, y: label.y + 19, class: 'small' },
      [region.writer === true ? 'writes' : '', rate].flat().filter(Boolean).join(' · '),
    ),
    ...(failed
      ? [draw('text', { ...beside, y: label.y + 36, class: 'small failed' }, failed)]
      : []),
  );
  return told(mark, words);
};

const picture = ({ width, height, land, regions: places, cities }, { regions, vantages }) => {
  const known = vantages.filter(({ city }) => cities[city] !== undefined);
  const shown = Object.entries(regions).filter(([name]) => places[name] !== undefined);
  const beside = labels(
    shown.map(([name]) => places[name]),
    { width, height },
  );
  const arrow = (id, look) =>
    draw(
      'marker',
      {
        id,
        viewBox: '0 0 8 8',
        refX: 17,
        refY: 4,
        markerWidth: 6,
        markerHeight: 6,
        orient: 'auto',
      },
      draw('path', { d: 'M0 0L8 4L0 8Z', class: look }),
    );
  return draw(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'map-words' },
    draw('defs', {}, arrow('to-region', 'head'), arrow('to-copy', 'copy-head')),
    draw('path', { class: 'land', d: land }),
    ...known
      .filter(({ region }) => places[region] !== undefined)
      .map(({ city, region }) =>
        draw('path', {
          ...{
            class: 'way',
            d: arc(cities[city], places[region], width),
            'marker-end': 'url(#to-region)',
          },
        }),
      ),
    ...copies(regions).map(({ from, to }) =>
      draw('path', {
        ...{
          class: 'copy',
          d: arc(places[from], places[to], width),
          'marker-end': 'url(#to-copy)',
        },
      }),
    ),
    ...known.map(({ city, region }) =>
      told(
        draw('circle', { class: 'city', cx: cities[city].x, cy: cities[city].y, r: 4 }),
        `${city}: ${regions[region]?.city ?? 'no Region'}`,
      ),
    ),
    ...shown.map(([name, region], at) => regionMark(region, places[name], beside[at])),
  );
};

/** The same in words: for those who do not see it, and what a picture cannot tell. */
const words = (regions) => {
  const lags = copies(regions).map(
    ({ from, to, lag }) =>
      `${regions[from].city} → ${regions[to].city}: ${lag === null ? 'lag unknown' : `${seconds(lag)} behind`}`,
  );
  return lags.length === 0
    ? 'No copies in other Regions are known.'
    : `Copies: ${lags.join(' · ')}`;
};

export async function showMap(status) {
  const known = await atlas;
  fill('map', [status.regions, status.vantages], () => [picture(known, status)]);
  fill('map-words', words(status.regions), () => [words(status.regions)]);
  fill(
    'city',
    status.vantages.map(({ city }) => city),
    () => status.vantages.map(({ city }) => make('option', { selected: city === 'Tokyo' }, city)),
  );
}

const time = ({ ms, by }) =>
  ms === null ? 'no answer' : `${ms} ms ${by === 'measured' ? 'measured' : 'by distance'}`;

async function look(city) {
  const answer = await fetch(`look?city=${encodeURIComponent(city)}`);
  const place = document.getElementById('view');
  if (!answer.ok) {
    place.replaceChildren(make('p', { className: 'warning bad' }, await answer.text()));
    return;
  }
  const { hops } = await answer.json();
  place.replaceChildren(
    make(
      'ol',
      { className: 'hops' },
      ...hops.map((hop) =>
        make('li', {}, make('strong', {}, `${hop.what} → ${hop.answer}`), ` (${time(hop)})`),
      ),
    ),
  );
}

document.getElementById('look').addEventListener('submit', (event) => {
  event.preventDefault();
  look(document.getElementById('city').value).catch((error) => {
    document.getElementById('view').replaceChildren(`The twin does not answer: ${error.message}`);
  });
});

// Who writes each shard: a row for each group of copies, a column for each Region.
import { badge, fill, make, readerLag, seconds } from './view.mjs';

/** Databases by what they are copies of, then by Region; a Region may hold several of one group. */
const byGroup = (regions) => {
  const groups = new Map();
  for (const [region, { databases }] of regions) {
    for (const database of databases) {
      const found = groups.get(database.group) ?? new Map();
      found.set(region, [...(found.get(region) ?? []), database]);
      groups.set(database.group, found);
    }
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }));
};

const role = ({ writes, lagSeconds }) => {
  if (writes === null) return badge('unknown', 'does not answer');
  if (writes) return badge('accent', 'Writes');
  return make('span', {}, lagSeconds === null ? 'lag unknown' : `${seconds(lagSeconds)} behind`);
};
const copy = (database) =>
  make(
    'div',
    {},
    ...[role(database), ' ', make('code', { className: 'quiet' }, database.address)],
    ...(database.reader === null
      ? []
      : [make('div', { className: 'quiet' }, `reader ${readerLag(database.reader)}`)]),
  );

const row =
  (regions) =>
  ([group, copies]) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, group),
      ...regions.map(([region]) => {
        const there = copies.get(region) ?? [];
        return make('td', {}, ...(there.length === 0 ? ['–'] : there.map(copy)));
      }),
    );

export function showWriters(status) {
  const regions = Object.entries(status.regions);
  const groups = byGroup(regions);
  document.getElementById('writers-section').hidden = groups.length === 0;
  const cities = regions.map(([, { city }]) => city);
  fill('writers-head', cities, () => [
    make('tr', {}, ...['Shard', ...cities].map((words) => make('th', { scope: 'col' }, words))),
  ]);
  fill(
    'writers',
    groups.map(([group, copies]) => [group, [...copies]]),
    () => groups.map(row(regions)),
  );
}

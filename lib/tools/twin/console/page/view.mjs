// What the page is made of: elements from data, and nothing that remembers.

export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
export const badge = (kind, text) => make('span', { className: `badge ${kind}` }, text);
const link = (url) => make('a', { href: url }, url);

/** Asks the twin to do something. @returns why it was not done; undefined where it was */
export const post = async (path, body) => {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  return answer?.ok ? undefined : ((await answer?.text()) ?? 'no answer');
};

/** Replaces what is in an element only where the data changed, so that focus and selection stay. */
const shown = new Map();
export const fill = (id, data, children) => {
  const text = JSON.stringify(data);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  const element = document.getElementById(id);
  const focused = element.contains(document.activeElement)
    ? document.activeElement.getAttribute('href')
    : null;
  element.replaceChildren(...children());
  if (focused) element.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
};

const bytes = (count) => {
  if (count === null) return 'unknown';
  if (count < 1024) return `${count} B`;
  if (count < 1048576) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1048576).toFixed(1)} MiB`;
};
export const seconds = (count) => {
  if (count === null) return 'unknown';
  return count < 1 ? `${Math.round(count * 1000)} ms` : `${count.toFixed(1)} s`;
};

const health = ({ dead, ended, healthy }) => {
  if (dead) return badge('bad', `${ended.length} processes ended`);
  if (healthy === null) return badge('unknown', 'Health unknown');
  return healthy ? badge('good', 'Healthy') : badge('bad', 'Out of traffic');
};
const role = (writer) => {
  if (writer === null) return badge('unknown', 'Writer unknown');
  return badge('accent', writer ? 'Writes' : 'Reads');
};
const lag = ({ writes, lagBytes, lagSeconds }) => {
  if (writes === null) return 'does not answer';
  return writes ? 'writer' : `${bytes(lagBytes)}, ${seconds(lagSeconds)} behind`;
};
export const readerLag = ({ lagBytes, lagSeconds }) =>
  lagBytes === null ? 'does not follow' : `${bytes(lagBytes)}, ${seconds(lagSeconds)} behind`;
const waiting = (replication) => {
  if (replication === null) return 'unknown';
  const count = Object.values(replication).reduce((sum, peer) => sum + peer.waiting, 0);
  return count === 0 ? 'nothing waits' : `${count} items wait`;
};
const queued = (queues) => {
  if (queues === null) return 'unknown';
  const full = Object.entries(queues).filter(([, { visible, inFlight }]) => visible + inFlight > 0);
  if (full.length === 0) return Object.keys(queues).length === 0 ? 'none' : 'empty';
  const words = ([name, { visible, inFlight, ageMs }]) =>
    `${name}: ${visible + inFlight}, the oldest ${seconds(ageMs / 1000)}`;
  return full.map(words).join(' · ');
};
/** What answers took on average; nothing where there was none. */
export const took = ({ meanMs }) => (meanMs === null ? '' : `${Math.round(meanMs)} ms`);
export const traffic = (of) => {
  if (of === null) return 'unknown';
  const { requestsPerSecond, writesPerSecond, failedPerSecond } = of;
  const failed = failedPerSecond > 0 ? `, ${failedPerSecond} failed` : '';
  const time = took(of) && `, ${took(of)} on average`;
  return `${requestsPerSecond} requests/s, ${writesPerSecond} of them writes${failed}${time}`;
};

const SVG = 'http://www.w3.org/2000/svg';
const path = (className, d) => {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('class', className);
  element.setAttribute('d', d);
  return element;
};
/** Requests of the last minute, the newest at the right; a gap where nothing is known. */
const trend = (samples, most) => {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'trend');
  svg.setAttribute('viewBox', '0 0 60 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const y = (value) => (19 - (18 * value) / Math.max(most, 1)).toFixed(2);
  const x = (index) => 60 - samples.length + index + 1;
  const known = samples.map((sample) => sample?.requestsPerSecond ?? 0);
  const line = known.map((value, index) => `L${x(index)} ${y(value)}`).join('');
  svg.append(path('all', `M${x(0)} 20${line}L60 20Z`));
  const failed = samples.map((sample) => sample?.failedPerSecond ?? 0);
  if (failed.some((value) => value > 0)) {
    const points = failed.map((value, index) => `${x(index)} ${y(value)}`).join('L');
    svg.append(path('failed', `M${points}`));
  }
  return svg;
};

/** More than these are told in one line: the table of shards has each of them. */
const MOST_DATABASES = 3;
const databases = (all) => {
  if (all.length <= MOST_DATABASES) {
    return all.flatMap((it) => [
      ['PostgreSQL', `${it.address} · ${lag(it)}`],
      ...(it.reader === null ? [] : [['Reader', `${it.reader.address} · ${readerLag(it.reader)}`]]),
    ]);
  }
  const silent = all.filter(({ writes }) => writes === null).length;
  const behind = all.filter(({ writes }) => writes === false).map(({ lagSeconds }) => lagSeconds);
  const most = behind.includes(null) ? null : Math.max(...behind);
  const words = [
    `${all.filter(({ writes }) => writes).length} of ${all.length} write`,
    ...(behind.length === 0
      ? []
      : [most === null ? 'lag of copies unknown' : `copies up to ${seconds(most)} behind`]),
    ...(silent === 0 ? [] : [`${silent} do not answer`]),
  ];
  return [['PostgreSQL', words.join(' · ')]];
};

/** What proxies of a Region's databases hold, all together. */
const proxies = (all) => {
  const pools = all.flatMap(({ proxy }) => (proxy === null ? [] : [proxy.pool]));
  if (pools.length === 0) return [];
  if (pools.includes(null)) return [['Database proxy', 'does not answer']];
  const sum = (name) => pools.reduce((total, pool) => total + pool[name], 0);
  const words = [
    `${sum('clients')} clients on ${sum('connections')} of ${sum('limit')} connections`,
    ...(sum('waiting') === 0 ? [] : [`${sum('waiting')} wait`]),
    ...(sum('pinned') === 0 ? [] : [`${sum('pinned')} pinned`]),
    ...(sum('timedOut') === 0 ? [] : [`${sum('timedOut')} waited in vain`]),
  ];
  return [['Database proxy', words.join(' · ')]];
};

/** As the templates have it, and as it is here. */
const checked = (check, timeScale) => {
  if (check === null) return [];
  const { intervalSeconds, failureThreshold } = check;
  const here = timeScale === 1 ? '' : ` · here every ${seconds(intervalSeconds / timeScale)}`;
  const words = `every ${intervalSeconds} s, ${failureThreshold} failures in a row turn it`;
  return [['Health check', `${words}${here}`]];
};

const pairs = (region, timeScale) => [
  ['Try it', link(region.url)],
  ['Load balancer', region.balancer],
  ['Name', region.dns ?? 'none'],
  ...checked(region.check, timeScale),
  ...databases(region.databases),
  ...proxies(region.databases),
  ...region.caches.map((it) => [
    'Cache',
    `${it.address} · ${it.engine}${it.runs ? '' : ', ended'}`,
  ]),
  ['Tables', waiting(region.replication)],
  ['Queues', queued(region.queues)],
  ['Traffic', traffic(region.traffic)],
  ...(region.dead ? [['Ended', region.ended.join(', ')]] : []),
];

export const regionCard = (name, region, { samples, most, timeScale }) =>
  make(
    'article',
    {},
    make('h3', {}, region.city),
    make('p', { className: 'quiet' }, name),
    make('div', { className: 'badges' }, health(region), role(region.writer)),
    trend(samples, most),
    make(
      'dl',
      {},
      ...pairs(region, timeScale).flatMap(([term, value]) => [
        make('dt', {}, term),
        make('dd', {}, value),
      ]),
    ),
  );

export const vantageRow = (regions) => (vantage) => {
  const city = regions[vantage.region]?.city;
  const answer = vantage.region === null ? 'none' : `${city} (${vantage.region})`;
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, `${vantage.city}, ${vantage.country}`),
    make('td', {}, answer),
    make('td', {}, make('code', {}, vantage.subnet)),
  );
};

export const eventLine = ({ at, text }) => {
  const words = new Date(at).toLocaleTimeString('en-GB');
  return make('li', {}, make('time', { dateTime: at }, words), make('span', {}, text));
};

export const addresses = ({ edge, dns, directory }) => [
  ...(edge === null ? [] : ['CDN ', link(edge), ' · ']),
  `DNS ${dns.host}:${dns.port} · run directory ${directory}`,
];

/** In one line: how many Regions are in traffic, and who writes. */
export const summary = ({ regions, timeScale }) => {
  const all = Object.values(regions);
  const out = all.filter(({ dead, healthy }) => dead || healthy !== true).length;
  const writers = all.filter(({ writer }) => writer === true).map(({ city }) => city);
  return [
    `${all.length} Regions, ${out === 0 ? 'all in traffic' : `${out} not known to be in traffic`}`,
    writers.length === 0 ? 'nobody is known to write' : `written in ${writers.join(' and ')}`,
    ...(timeScale === 1 ? [] : [`checks ${timeScale} times as fast`]),
  ].join(' · ');
};

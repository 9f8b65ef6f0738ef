// Listens to the twin and shows what it says; says so where it has gone silent.
import { showDrills } from './drills.mjs';
import { showFaults } from './faults.mjs';
import { showLink } from './link.mjs';
import { showMap } from './map.mjs';
import { addresses, eventLine, fill, make, regionCard, summary, vantageRow } from './view.mjs';
import { showWriters } from './writers.mjs';

/** A message comes every second. */
const SILENCE_MS = 4000;
const TREND_SAMPLES = 60;

const byId = (id) => document.getElementById(id);
const samples = new Map();
let heardAt = Date.now();

function show({ status, timeline, drills, faults }) {
  const { timeScale } = status;
  const regions = Object.entries(status.regions);
  for (const [name, { traffic }] of regions) {
    samples.set(name, [...(samples.get(name) ?? []), traffic].slice(-TREND_SAMPLES));
  }
  const most = Math.max(
    ...[...samples.values()].flat().map((sample) => sample?.requestsPerSecond ?? 0),
  );
  const words = summary(status);
  // A status line that says the same is not read out again.
  if (byId('summary').textContent !== words) byId('summary').textContent = words;
  byId('name').textContent = status.name;
  fill('regions', [regions, [...samples]], () =>
    regions.map(([name, region]) =>
      regionCard(name, region, { samples: samples.get(name), most, timeScale }),
    ),
  );
  fill('vantages', status.vantages, () => status.vantages.map(vantageRow(status.regions)));
  fill('timeline', timeline, () =>
    timeline.length === 0
      ? [make('li', { className: 'quiet' }, 'Nothing yet.')]
      : [...timeline].reverse().map(eventLine),
  );
  fill('addresses', status.directory, () => addresses(status));
  showWriters(status);
  showLink(status);
  showFaults(faults, drills, status.regions);
  showDrills(drills);
  showMap(status).catch(() => undefined);
}

function setSilent(silent) {
  if (byId('silent').hidden === silent) byId('silent').hidden = !silent;
}

// Reconnects by itself.
const source = new EventSource('events');
source.addEventListener('message', ({ data }) => {
  heardAt = Date.now();
  setSilent(false);
  show(JSON.parse(data));
});
setInterval(() => setSilent(Date.now() - heardAt > SILENCE_MS), 1000);

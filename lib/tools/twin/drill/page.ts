import type { CarryOnResult, DrillResult, Rto } from './model';
import { color, escape, timelinePlots } from './private/plots';

const PARTS: readonly (keyof Omit<Rto, 'total'>)[] = [
  ...(['detect', 'decide', 'fence', 'lease', 'promote', 'home', 'steer', 'client'] as const),
];
const WORDS: Readonly<Record<keyof Rto, string>> = {
  detect: 'detect: until it is noticed',
  decide: 'decide: a person',
  fence: 'fence: the topology document says so',
  lease: 'lease: until nobody else may write',
  promote: 'promote: the new writer takes writes',
  home: 'home: it is named',
  steer: 'steer: DNS sends nobody to the old Region',
  client: 'client: users of every Region write again',
  total: 'total',
};
/** Lost writes beyond which their list is folded. */
const MANY = 20;
const WIDTH = 960;

/** One page that needs nothing from elsewhere: verdict, timeline, clocks, losses, what users saw. */
export function drillPage(result: DrillResult): string {
  const { name, passed, regions } = result;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Drill ${escape(name)}: ${passed ? 'passed' : 'failed'}</title>
<style>
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem;display:block;overflow-x:auto}
th,td{text-align:left;padding:.15rem .9rem .15rem 0;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.ok{color:#228833}.no{color:#cc3311;font-weight:600}
svg{width:100%;height:auto;background:#8881;border-radius:4px}
.wide{overflow-x:auto}.wide svg{min-width:40rem}
svg text{font:11px system-ui,sans-serif;fill:currentColor}
.axis line{stroke:#8888}.axis text{opacity:.75}
h3{margin:1rem 0 .3rem;font-size:1rem}td:first-child{white-space:nowrap}
</style></head><body>
<h1>${escape(name)}: <span class="${passed ? 'ok' : 'no'}">${passed ? 'passed' : 'failed'}</span></h1>
<p>${escape(regions.hit)} was hit; ${escape(regions.writer)} writes now.</p>
${result.whatIf === undefined ? '' : '<p class="no">What if replication between Regions were synchronous: no evidence of what the templates declare.</p>'}
${timelinePlots(result)}
${expectations(result)}
${result.rto === undefined ? '' : clocks(result, result.rto)}
${result.flow === 'failover' ? '' : measures(result)}
${losses(result)}
${users(result)}
${events(result)}
</body></html>
`;
}

function expectations({ expectations: all }: DrillResult): string {
  const rows = all.map(
    ({ what, passed, observed }) =>
      `<tr><td class="${passed ? 'ok' : 'no'}">${passed ? '✓' : '✗'}</td><td>${escape(what)}</td><td>${escape(observed)}</td></tr>`,
  );
  return `<h2>Expected and observed</h2><table><tbody>${rows.join('\n')}</tbody></table>`;
}

function clocks(result: DrillResult, rto: Rto): string {
  const seconds = (ms: number) => `<td class="n">${(ms / 1000).toFixed(2)} s</td>`;
  const configured = result.flow === 'failover' ? result.rtoAsConfigured : undefined;
  // Where something takes over by itself, nobody decides and no other Region is waited for.
  const parts = PARTS.filter((part) => configured !== undefined || rto[part] > 0);
  const rows = [...parts, 'total' as const].map(
    (part) =>
      `<tr><td>${WORDS[part]}</td>${seconds(rto[part])}${configured === undefined ? '' : seconds(configured[part])}</tr>`,
  );
  let from = 0;
  const bars = PARTS.map((part, at) => {
    const width = (rto[part] / Math.max(1, rto.total)) * WIDTH;
    const bar = `<rect x="${from.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="28" fill="${color(at)}"><title>${part} ${rto[part]} ms</title></rect>${width > 50 ? `<text x="${(from + 4).toFixed(1)}" y="18">${part}</text>` : ''}`;
    from += width;
    return bar;
  });
  return `<h2>Recovery time</h2><div class="wide"><svg viewBox="0 0 ${WIDTH} 28" role="img" aria-label="parts of the recovery time">${bars.join('')}</svg></div>
<table><thead><tr><th>part</th><th>measured, health checks and lifetimes ${result.timeScale} times as fast</th>${configured === undefined ? '' : '<th>as the templates configure</th>'}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function measures({ measured }: CarryOnResult): string {
  const rows = Object.entries(measured).map(
    ([name, value]) => `<tr><td>${escape(name)}</td><td class="n">${value}</td></tr>`,
  );
  return `<h2>Measured</h2><table><tbody>${rows.join('\n')}</tbody></table>`;
}

function losses({ rpo }: DrillResult): string {
  const rows = rpo.lostWrites.map(
    ({ id, entered, acknowledgedAt, heldByOldWriter }) =>
      `<tr><td>${escape(id)}</td><td>${escape(entered)}</td><td class="n">${acknowledgedAt} ms</td><td>${heldByOldWriter === null ? 'not known' : heldByOldWriter ? 'yes' : 'no'}</td></tr>`,
  );
  return `<h2>Recovery point</h2><p>${rpo.lost} of ${rpo.acknowledged} acknowledged writes lost; ${rpo.predicted} had not been replayed; ${rpo.doubled} doubled; ${rpo.unconfirmed} kept of which nobody was told.</p>
<details${rpo.lost > MANY ? '' : ' open'}><summary>every lost write, row by row</summary><table><thead><tr><th>write</th><th>entered near</th><th>acknowledged after the fault</th><th>old writer has it</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></details>`;
}

function users({ errors, reads }: DrillResult): string {
  const rows = Object.entries(errors).map(
    ([region, { failed, longestSilenceMs, before, after }]) => {
      const kinds = Object.entries(failed).map(([as, count]) => `${count} × ${as}`);
      const out = (ms = 0) => (ms === 0 ? 'never' : `${(ms / 1000).toFixed(1)} s`);
      const times = (it: typeof before) => (it === null ? '–' : `${it.p50} / ${it.p99} ms`);
      return `<tr><td>${escape(region)}</td><td>${escape(kinds.join(', ') || 'none')}</td><td class="n">${(longestSilenceMs / 1000).toFixed(1)} s</td><td class="n">${times(before)}</td><td class="n">${times(after)}</td><td class="n">${out(reads[region]?.outMs)}</td></tr>`;
    },
  );
  return `<h2>What users saw</h2><table><thead><tr><th>near</th><th>failed attempts</th><th>longest time without a write</th><th>p50 / p99 before</th><th>and after</th><th>without reads</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

function events({ events: all, faultAt }: DrillResult): string {
  const rows = all.map(
    ({ at, text }) =>
      `<tr><td class="n">${((at - faultAt) / 1000).toFixed(2)} s</td><td>${escape(text)}</td></tr>`,
  );
  return `<h2>Events</h2><table><tbody>${rows.join('\n')}</tbody></table>`;
}

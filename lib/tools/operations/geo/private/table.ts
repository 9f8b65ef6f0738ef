import type { ClientView, GeoReport, Hop, Reach, Sight } from '../model';

const HOPS: Readonly<Record<Hop['kind'], string>> = {
  edge: 'what a client asks: the CDN answers, near the client',
  origin: "what the CDN asks for it, from its edge: DNS sees the edge's place, not the client's",
  direct: 'what a client asks: a Region answers',
};
const WIDTH = 100;

/** The report as text for a person: cities in full, countries by Region, what is amiss one by one. */
export function formatReport(report: GeoReport): string {
  const { asked, lost, hops, summary } = report;
  return [
    `Where users go, by the templates${lost.length > 0 ? ` without ${lost.join(', ')}` : ''}` +
      `${asked.kind === 'nobody' ? '' : `, and by ${asker(report)}`}.`,
    '',
    ...hops.flatMap((hop) => [...hopLines(hop, report), '']),
    ...healthLines(report),
    ...report.unread.map(({ record, reason }) => `Not understood: ${record}: ${reason}`),
    `${summary.sights} looked at: ${summary.expected} as expected, ${summary.near} at a Region ` +
      `about as near, ${summary.differs} different, ${summary.unknown} unknown, ` +
      `${summary['not-asked']} not asked, ${summary.unserved} served by nobody.`,
    '',
  ].join('\n');
}

function asker({ asked }: GeoReport): string {
  return asked.kind === 'dns' ? `the DNS server ${asked.at}` : `Route 53 (zone ${asked.at})`;
}

interface Row {
  readonly view: ClientView;
  readonly sight: Sight;
}

function hopLines(hop: Hop, { clients }: GeoReport): readonly string[] {
  const rows = clients.flatMap((view): readonly Row[] =>
    view.sights
      .filter(({ name, hop: kind }) => name === hop.name && kind === hop.kind)
      .map((sight) => ({ view, sight })),
  );
  const cities = rows.filter(({ view }) => view.client.kind === 'vantage');
  const countries = rows.filter(({ view }) => view.client.kind === 'country');
  const amiss = countries.filter(({ sight }) => isAmiss(sight));
  return [
    `${hop.name} (${hop.policy}): ${HOPS[hop.kind]}`,
    ...(hop.policy === 'simple'
      ? [rowText(rows[0], 'everybody')]
      : cities.map((it) => rowText(it))),
    ...(hop.policy === 'simple' ? [] : byTarget(countries)),
    ...amiss.map((it) => rowText(it)),
  ];
}

function isAmiss({ verdict, served }: Sight): boolean {
  return verdict === 'differs' || verdict === 'unknown' || !served;
}

function rowText(row: Row | undefined, label?: string): string {
  if (row === undefined) return '  nobody was looked at';
  const { view, sight } = row;
  const { answered, verdict, reason, served } = sight;
  const got = answered === null ? '' : ` got ${answered.join(', ') || 'nothing'}`;
  const words = [
    verdict === 'not-asked' ? '' : verdict.toUpperCase(),
    served ? '' : 'SERVED BY NOBODY',
    reason,
  ].filter((word) => word !== '' && word !== 'EXPECTED');
  const told = words.length > 0 ? `  ${words.join(': ')}` : '';
  return `  ${(label ?? view.client.label).padEnd(16)} ${reachText(sight.expected)}${got}${told}`;
}

function reachText(expected: readonly Reach[]): string {
  const sure = expected.filter(({ share }) => share > 0);
  if (sure.length === 0) return expected.length === 0 ? 'nothing' : 'any Region';
  return sure
    .map(({ target, share }) => (share < 1 ? `${target} ${Math.round(share * 100)} %` : target))
    .join(' + ');
}

function byTarget(countries: readonly Row[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { view, sight } of countries) {
    const target = reachText(sight.expected);
    groups.set(target, [...(groups.get(target) ?? []), view.client.id]);
  }
  return [...groups].flatMap(([target, ids]) => [
    `  ${target}: ${ids.length} ${ids.length === 1 ? 'country' : 'countries'}`,
    ...wrapped(ids),
  ]);
}

function wrapped(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = '   ';
  for (const word of words) {
    if (line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function healthLines({ health, asked }: GeoReport): readonly string[] {
  if (asked.kind !== 'route53') return [];
  const lines = health.flatMap(({ check, watches, state, reason, failures }) => [
    `  ${state.padEnd(9)} ${check} (${watches})${reason === '' ? '' : `: ${reason}`}`,
    ...failures.map(({ from, status, at }) => `            last failure, ${from} ${at}: ${status}`),
  ]);
  return ['Health checks', ...lines, ''];
}

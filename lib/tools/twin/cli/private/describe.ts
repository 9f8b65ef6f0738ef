import type { Part } from '../../plan';
import type { Report } from '../../run';

const JSON_HEADER = "-H 'content-type: application/json'";

/** What a person reads when the twin is ready, and how it ends. */
export function describe(report: Report, end: string, reviewed: readonly string[] = []): string {
  const { dns, edge, origin, regions } = report;
  const names = Object.keys(regions);
  const first = names.find((name) => regions[name]?.writer === false) ?? names[0] ?? '';
  const other = names.find((name) => name !== first) ?? first;
  return [
    '',
    ...reviewed,
    ...(reviewed.length > 0 ? [''] : []),
    ...parts(report.parts),
    '',
    'Regions (URLs as the CDN would call them)',
    ...names.map((name) => {
      const { url: at = '', writer = null } = regions[name] ?? {};
      const role =
        writer === null ? 'writer unknown' : writer ? 'writes' : 'reads, forwards writes';
      return `  ${name.padEnd(16)} ${at.padEnd(26)} ${role}`;
    }),
    '',
    `Page   ${report.console}`,
    ...(edge === null ? [] : [`CDN    ${edge}`]),
    `DNS    ${dns.host}:${dns.port}`,
    '',
    ...tryIt([first, regions[first]?.url ?? ''], [other, regions[other]?.url ?? '']),
    ...(origin === null
      ? []
      : [
          'Where DNS sends a user in Tokyo (203.0.113.0/24), and one in Frankfurt (192.0.2.0/24)',
          ...['203.0.113.0/24', '192.0.2.0/24'].map(
            (subnet) => `  dig @${dns.host} -p ${dns.port} ${origin} +subnet=${subnet} +short`,
          ),
        ]),
    '',
    `Ready after ${(report.startedInMs / 1000).toFixed(1)} s. ${end}`,
    '',
  ].join('\n');
}

type Named = readonly [region: string, url: string];

/** Commands to paste; the session's token goes from one to the other in a variable. */
function tryIt([here, url]: Named, [there, otherUrl]: Named): readonly string[] {
  return [
    `Try it: register in ${here}, post and read in ${there}`,
    `  TOKEN=$(curl -s ${url}/api/users ${JSON_HEADER} \\`,
    `    -d '{"user":{"username":"ada","email":"ada@example.com","password":"correct horse"}}' \\`,
    `    | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    `  curl -si ${otherUrl}/api/articles ${JSON_HEADER} -H "authorization: Token $TOKEN" \\`,
    `    -d '{"article":{"title":"Hello","description":"d","body":"b","tagList":[]}}'`,
    `  curl -si ${otherUrl}/api/articles?author=ada`,
  ];
}

function parts(all: readonly Part[]): readonly string[] {
  const titles = { real: 'Real', emulated: 'Emulated', 'not run': 'Not run' } as const;
  return Object.entries(titles).flatMap(([state, title]) => {
    const some = all.filter((part) => part.state === state);
    const width = Math.max(0, ...some.map(({ resource }) => resource.length));
    return [
      title,
      ...some.map(
        ({ resource, count, engine }) =>
          `  ${resource.padEnd(width)} ${String(count).padStart(3)}  ${engine}`,
      ),
    ];
  });
}

import type { Picture, RegionPicture, TablePicture } from './picture';

const COLUMN = 250;
const GAP = 24;
const MARGIN = 24;
const BOX = 44;
const TOP = 270;
const INK = '#1f2937';
const SOFT = '#6b7280';
const COLOURS = {
  edge: '#e0e7ff',
  front: '#dbeafe',
  compute: '#dcfce7',
  data: '#fef3c7',
  cache: '#fee2e2',
  frame: '#f9fafb',
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The picture as a self-contained SVG: no script, no font, no address outside. */
export function formatSvg(picture: Picture): string {
  const columns = Math.max(picture.regions.length, 1);
  const width = Math.max(2 * MARGIN + columns * COLUMN + (columns - 1) * GAP, 640);
  const rows = TOP + 300;
  const height = rows + (picture.tables.length > 0 ? 40 + picture.tables.length * 40 : 0) + MARGIN;
  const start = (width - columns * COLUMN - (columns - 1) * GAP) / 2;
  const at = (index: number): number => start + index * (COLUMN + GAP);
  const parts = [
    ...head(picture, width),
    ...arrowsDown(picture, width, at),
    ...picture.regions.flatMap((it, index) => region(it, at(index))),
    ...replication(picture, at),
    ...tables(picture.tables, { x: start, y: rows }, width - 2 * start),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<title id="title">${escape(title(picture))}</title>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#6b7280"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function title({ edge, dns, regions }: Picture): string {
  const name = edge?.name ?? dns?.name ?? 'The deployment';
  return `${name} in ${regions.map(({ region: it }) => it).join(', ')}: request path and data path`;
}

function head({ edge, dns }: Picture, width: number): readonly string[] {
  const middle = width / 2;
  return [
    box({ x: middle - 60, y: 20 }, 120, ['users'], '#ffffff', 22),
    ...(edge === undefined
      ? []
      : [box({ x: middle - 130, y: 90 }, 260, [`CloudFront · ${edge.name}`], COLOURS.edge)]),
    ...(edge === undefined ? [] : [arrow({ x: middle, y: 20 + BOX }, { x: middle, y: 90 })]),
    ...(dns === undefined
      ? []
      : [
          box(
            { x: middle - 170, y: 178 },
            340,
            [dns.name, `Route 53: ${dns.policy} records${dns.checked ? ', health checks' : ''}`],
            COLOURS.edge,
          ),
        ]),
  ];
}

function arrowsDown(
  { edge, dns, regions }: Picture,
  width: number,
  at: (index: number) => number,
): readonly string[] {
  const middle = width / 2;
  const found: string[] = [];
  const toDns = edge?.paths.filter(({ to }) => to === 'dns') ?? [];
  if (dns !== undefined) {
    found.push(arrow({ x: middle, y: edge === undefined ? 64 : 134 }, { x: middle, y: 178 }));
    if (toDns.length > 0)
      found.push(label({ x: middle + 10, y: 161 }, toDns.map(({ path }) => path).join(', ')));
  }
  for (const [index] of regions.entries()) {
    const from = { x: middle, y: dns === undefined ? 64 : 222 };
    found.push(arrow(from, { x: at(index) + COLUMN / 2, y: TOP }));
  }
  for (const [row, path] of (edge?.paths.filter(({ to }) => to === 'regions') ?? []).entries()) {
    const y = 112 - row * 44;
    found.push(arrow({ x: middle - 130, y: 112 }, { x: middle - 200, y }));
    const where =
      path.regions.length > 2 ? `${path.regions.length} Regions` : path.regions.join(', ');
    const texts = [`${path.path}: files in`, where];
    found.push(
      label({ x: middle - 208, y: y - 4 }, texts[0] ?? '', 'end'),
      label({ x: middle - 208, y: y + 14 }, texts[1] ?? '', 'end'),
    );
  }
  return found;
}

function region(it: RegionPicture, x: number): readonly string[] {
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[it.front ?? 'entry'], COLOURS.front],
    [it.compute.length > 0 ? [it.compute.join(', ')] : ['compute'], COLOURS.compute],
    ...(it.cache === undefined ? [] : [[[`cache: ${it.cache}`], COLOURS.cache] as const]),
    ...(it.database === undefined
      ? []
      : [
          [
            [it.database, it.writes.length > 0 ? `writes ${brief(it.writes)}` : 'standby'],
            COLOURS.data,
          ] as const,
        ]),
  ];
  const y = (index: number): number => TOP + 34 + index * 64;
  const name = [it.region, it.city].filter((part) => part !== '').join(' · ');
  return [
    `<rect x="${x}" y="${TOP}" width="${COLUMN}" height="290" rx="10" fill="${COLOURS.frame}" stroke="${it.writes.length > 0 ? '#b45309' : '#d1d5db'}"/>`,
    label({ x: x + 14, y: TOP + 22 }, name, 'start', true),
    ...rows.map(([lines, colour], index) =>
      box({ x: x + 14, y: y(index) }, COLUMN - 28, lines, colour),
    ),
    ...rows
      .slice(1)
      .map((_, index) =>
        arrow({ x: x + COLUMN / 2, y: y(index) + BOX }, { x: x + COLUMN / 2, y: y(index + 1) }),
      ),
  ];
}

const brief = (names: readonly string[]): string =>
  names.length > 4
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ');

function replication(
  { regions, replicates }: Picture,
  at: (index: number) => number,
): readonly string[] {
  const y = TOP + 302;
  const from = regions.findIndex(({ writes }) => writes.length > 0);
  if (!replicates || from < 0) return [];
  const x = (index: number): number => at(index) + COLUMN / 2;
  return [
    ...regions.flatMap((it, index) =>
      index === from || it.database === undefined
        ? []
        : [
            `<path d="M${x(from)},${TOP + 270} V${y} H${x(index)} V${TOP + 272}" fill="none" stroke="#b45309" stroke-width="2" marker-end="url(#head)"/>`,
          ],
    ),
    label({ x: x(from) + 8, y: y + 16 }, 'replication, after the commit'),
  ];
}

function tables(all: readonly TablePicture[], { x, y }: Point, width: number): readonly string[] {
  return all.flatMap(({ name, regions, strong }, index) => {
    const text = `${name}: ${strong ? 'strongly consistent' : 'global table'} in ${regions.join(', ')}`;
    const top = y + 40 + index * 40;
    return [
      `<rect x="${x}" y="${top}" width="${width}" height="30" rx="6" fill="${COLOURS.data}" stroke="#d6d3d1"/>`,
      label({ x: x + 14, y: top + 20 }, text),
    ];
  });
}

function box(
  { x, y }: Point,
  width: number,
  lines: readonly string[],
  fill: string,
  radius = 8,
): string {
  const first = y + BOX / 2 + 5 - (lines.length - 1) * 9;
  const texts = lines.map(
    (line, index) =>
      `<text x="${x + width / 2}" y="${first + index * 18}" text-anchor="middle"${index > 0 ? ` fill="${SOFT}" font-size="12"` : ''}>${escape(fit(line, width))}</text>`,
  );
  return `<rect x="${x}" y="${y}" width="${width}" height="${BOX}" rx="${radius}" fill="${fill}" stroke="#d1d5db"/>${texts.join('')}`;
}

/** About seven pixels a letter: what is longer is cut. */
function fit(text: string, width: number): string {
  const most = Math.floor((width - 12) / 7);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function label(
  { x, y }: Point,
  text: string,
  anchor: 'start' | 'end' = 'start',
  bold = false,
): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${bold ? ' font-weight="600"' : ` fill="${SOFT}" font-size="12"`}>${escape(text)}</text>`;
}

function arrow(from: Point, to: Point): string {
  return `<path d="M${from.x},${from.y} L${to.x},${to.y}" fill="none" stroke="#6b7280" marker-end="url(#head)"/>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

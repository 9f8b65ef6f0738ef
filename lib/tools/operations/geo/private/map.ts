import { REGIONS } from '../../../../config/regions';
import type { Client, GeoReport, Sight } from '../model';
import type { Outline } from './land';
import { outlines } from './land';

/** Of the globe; the view ends at 60° south, where nobody asks. */
const [WIDTH, GLOBE] = [1200, 600];
const HEIGHT = 500;
/** Told apart by people who see few colours (Okabe and Ito). */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#f0e442',
  '#999999',
];
const STYLE = `
  svg { background: #eef3f7; font: 13px system-ui, sans-serif; }
  text { fill: #1b2733; } .halo { paint-order: stroke; stroke: #eef3f7; stroke-width: 3px; }
  .land { stroke: #ffffff; stroke-width: 0.5; } .none { fill: #c3ccd4; }
  .amiss { stroke: #b00020; stroke-width: 2; } .place { stroke: #1b2733; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    svg { background: #10181f; } text { fill: #e6edf3; } .halo { stroke: #10181f; }
    .land { stroke: #10181f; } .none { fill: #38444f; } .place { stroke: #e6edf3; }
    .amiss { stroke: #ff6b81; }
  }`;

/**
 * A world map of the report as SVG: each country in the colour of the Region that it should reach,
 * cities as dots in the colour of what they do reach, and whatever is amiss with a red rim.
 */
export function worldMap(report: GeoReport): string {
  const regions = regionsOf(report);
  const colour = (region: string | undefined): string | undefined =>
    region === undefined || !regions.includes(region)
      ? undefined
      : COLOURS[regions.indexOf(region) % COLOURS.length];
  const looks = new Map(
    report.clients.map(({ client, sights }) => [client.id, { client, sight: lastHop(sights) }]),
  );
  const title = `Where users go: ${report.hops.map(({ name }) => name).join(', ')}`;
  const dots = [...looks.values()].filter(({ client }) => client.kind === 'vantage');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>${escaped(title)}</title><style>${STYLE}\n</style>`,
    ...outlines()
      .filter(({ country }) => country !== 'AQ')
      .map((outline) => land(outline, looks.get(outline.country)?.sight, colour)),
    ...dots.map(({ client, sight }) => dot(client, sight, colour)),
    ...regions.map((region) => place(region, colour(region) ?? '')),
    ...legend(regions, colour, report),
    '</svg>\n',
  ].join('\n');
}

/** The hop that leads to a Region: the last. */
function lastHop(sights: readonly Sight[]): Sight | undefined {
  return sights.filter(({ hop }) => hop !== 'edge').at(-1) ?? sights.at(-1);
}

function regionsOf({ clients }: GeoReport): readonly string[] {
  const targets = clients.flatMap(({ sights }) =>
    sights.flatMap(({ expected, answered }) => [
      ...expected.map(({ target }) => target),
      ...(answered ?? []),
    ]),
  );
  return [...new Set(targets)].filter((target) => Object.hasOwn(REGIONS, target)).sort();
}

type Colour = (region: string | undefined) => string | undefined;

function land({ country, rings }: Outline, sight: Sight | undefined, colour: Colour): string {
  const target = sight?.expected[0]?.target;
  const fill = colour(target);
  const path = rings.map(ringPath).join('');
  const look = fill === undefined ? 'class="land none' : `fill="${fill}" class="land`;
  const told = sight === undefined ? 'not looked at' : (target ?? 'nothing');
  return `<path ${look}${isAmiss(sight) ? ' amiss' : ''}" d="${path}"><title>${country}: ${told}</title></path>`;
}

/** A ring that crosses the date line goes on beyond it, and is drawn again at the other edge. */
function ringPath(ring: Outline['rings'][number]): string {
  let before = 0;
  const unbroken = ring.map(([longitude, latitude], at): readonly [number, number] => {
    const turns = at === 0 ? 0 : Math.round((before - longitude) / 360);
    before = longitude + 360 * turns;
    return [before, latitude];
  });
  const longitudes = unbroken.map(([longitude]) => longitude);
  const copies = [
    0,
    ...(Math.max(...longitudes) > 180 ? [-360] : []),
    ...(Math.min(...longitudes) < -180 ? [360] : []),
  ];
  const points = (shift: number) =>
    unbroken.map(([longitude, latitude]) => {
      const { x, y } = project(longitude + shift, latitude);
      return `${x},${y}`;
    });
  return copies.map((shift) => `M${points(shift).join('L')}Z`).join('');
}

/** All land as one path, for others' maps of the same view (see {@link MAP}). */
export function landPath(): string {
  return outlines()
    .filter(({ country }) => country !== 'AQ')
    .map(({ rings }) => rings.map(ringPath).join(''))
    .join('');
}

export const MAP = { width: WIDTH, height: HEIGHT } as const;

/** Where a place stands in the map's view. */
export function project(
  longitude: number,
  latitude: number,
): { readonly x: number; readonly y: number } {
  const x = ((longitude + 180) / 360) * WIDTH;
  const y = ((90 - latitude) / 180) * GLOBE;
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
}

function dot(client: Client, sight: Sight | undefined, colour: Colour): string {
  if (client.coordinates === undefined) return '';
  const { x, y } = project(client.coordinates.longitude, client.coordinates.latitude);
  const reached = sight?.answered?.[0] ?? sight?.expected[0]?.target;
  const look = `r="5" fill="${colour(reached) ?? 'none'}" class="place${isAmiss(sight) ? ' amiss' : ''}"`;
  return `<circle cx="${x}" cy="${y}" ${look}><title>${escaped(client.label)}: ${reached ?? 'nothing'}</title></circle>`;
}

function place(region: string, fill: string): string {
  const facts = REGIONS[region];
  if (facts === undefined) return '';
  const { x, y } = project(facts.longitude, facts.latitude);
  return (
    `<rect x="${x - 7}" y="${y - 7}" width="14" height="14" rx="3" fill="${fill}" class="place"/>` +
    `<text x="${x + 11}" y="${y + 5}" class="halo">${region}</text>`
  );
}

function legend(regions: readonly string[], colour: Colour, report: GeoReport): readonly string[] {
  const { summary, lost } = report;
  const entries = regions.map((region, at) => {
    const y = HEIGHT - 24 - 20 * (regions.length - at);
    return (
      `<rect x="16" y="${y - 11}" width="14" height="14" rx="3" fill="${colour(region) ?? ''}"/>` +
      `<text x="38" y="${y}">${region}${lost.includes(region) ? ' (lost)' : ''}</text>`
    );
  });
  const words = `${summary.differs} different, ${summary.unknown} unknown, ${summary.unserved} unserved`;
  return [...entries, `<text x="16" y="${HEIGHT - 12}">${words}</text>`];
}

function isAmiss(sight: Sight | undefined): boolean {
  return (
    sight !== undefined &&
    (sight.verdict === 'differs' || sight.verdict === 'unknown' || !sight.served)
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

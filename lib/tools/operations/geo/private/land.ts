import { readFileSync } from 'node:fs';
import codes from 'i18n-iso-countries/codes.json';

/** Outline of a country: rings of longitude and latitude. */
export interface Outline {
  /** ISO code; empty for a territory without one. */
  readonly country: string;
  readonly rings: readonly (readonly (readonly [longitude: number, latitude: number])[])[];
}

type Point = readonly [number, number];

/** The part of TopoJSON that the atlas uses. @see https://github.com/topojson/topojson-specification */
interface Topology {
  readonly arcs: readonly (readonly Point[])[];
  readonly transform: { readonly scale: Point; readonly translate: Point };
  readonly objects: {
    readonly countries: {
      readonly geometries: readonly {
        readonly type: 'Polygon' | 'MultiPolygon';
        readonly id?: string;
        readonly arcs: readonly unknown[];
      }[];
    };
  };
}

/** Countries of the world, good to 1 : 110 million (Natural Earth, public domain). */
export function outlines(): readonly Outline[] {
  const file = require.resolve('world-atlas/countries-110m.json');
  const topology = JSON.parse(readFileSync(file, 'utf8')) as Topology;
  const arcs = topology.arcs.map((arc) => decode(arc, topology.transform));
  const byNumber = new Map(codes.map(([alpha2, , numeric]) => [numeric, alpha2]));
  return topology.objects.countries.geometries.map(({ type, id = '', arcs: written }) => {
    const polygons = (type === 'Polygon' ? [written] : written) as readonly (readonly number[][])[];
    return {
      country: byNumber.get(id) ?? '',
      rings: polygons.flatMap((rings) => rings.map((ring) => join(ring, arcs))),
    };
  });
}

/** Points are differences in steps of the grid. */
function decode(arc: readonly Point[], { scale, translate }: Topology['transform']): Point[] {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

/** A ring is a row of arcs; a negative number is one taken backwards. */
function join(ring: readonly number[], arcs: readonly Point[][]): Point[] {
  return ring.flatMap((number) => {
    const arc = number < 0 ? [...(arcs[~number] ?? [])].reverse() : (arcs[number] ?? []);
    // Each arc begins where the one before it ended.
    return arc.slice(0, -1);
  });
}

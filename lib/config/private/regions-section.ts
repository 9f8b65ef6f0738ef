import type { GrowthStage, RegionName } from '../declaration';
import type { Region } from '../deployment';
import type { ExistingNetwork } from '../network-declaration';
import { block, blocksTouched, octetOf, planAddresses } from '../address-plan';
import type { Block } from '../blocks';
import { overlap, parseBlock } from '../blocks';
import { GROWTH_STAGES } from '../growth-stages';
import { REGION_NAMES, ZONES_PER_REGION, defaultZones, findRegion, zonesOf } from '../regions';
import type { Field, Rule } from './field';
import { readNetwork } from './network-section';

const CIDR: Rule<string> = {
  allowed: `a /16 block of 10.0.0.0/8, such as "${block(1)}"`,
  accepts: (value): value is string => typeof value === 'string' && octetOf(value) !== undefined,
};

/** The serving Regions in the order of the declaration; unknown ones are reported and left out. */
export function readRegions(field: Field, stage: GrowthStage): readonly Region[] {
  const declared = field.map('Region') ?? [];
  const { length } = declared;
  const [fewest, most] = GROWTH_STAGES[stage].regions;
  // An empty map has been reported.
  if (length > 0 && (length < fewest || length > most)) {
    field.reject(
      `${fewest === most ? '1 Region' : `${fewest} to ${most} Regions`} (at stage ${stage})`,
      length === 1 ? '1 Region' : `${length} Regions`,
    );
  }
  const known = declared.filter(([name, region]) => {
    if (findRegion(name) !== undefined) return true;
    region.reject(REGION_NAMES.join(', '), 'an unknown Region');
    return false;
  });
  const read = known.map(([name, region]) => ({
    name,
    field: region,
    ...readRegion(name, region, stage),
  }));
  checkNetworks(read);
  const cidrs = assignBlocks(read);
  return read.map(({ name, zones, network }, index) => ({
    name,
    zones,
    cidr: network?.cidr ?? cidrs.get(name) ?? '',
    ...(network && { network }),
    switchRegion: read[(index + 1) % read.length]?.name ?? name,
  }));
}

interface ReadRegion {
  readonly cidr: Field | undefined;
  readonly zones: readonly string[];
  readonly network?: ExistingNetwork;
}

function readRegion(name: RegionName, field: Field, stage: GrowthStage): ReadRegion {
  const at = field.properties(['cidr', 'zones', 'network']);
  const cidr = at?.('cidr');
  const declared = at?.('network');
  if (at !== undefined && declared?.present === true) {
    for (const it of ['cidr', 'zones'].map((property) => at(property)))
      if (it.present) it.reject('nothing beside `network`, which says it itself');
    if (stage === 'single-server') declared.reject('nothing at stage single-server');
    const network = readNetwork(name, declared);
    return { cidr: undefined, zones: Object.keys(network?.zones ?? {}), network };
  }
  return {
    cidr: cidr?.present === true ? cidr : undefined,
    zones: at === undefined ? defaultZones(name) : readZones(name, at('zones')),
  };
}

function readZones(name: RegionName, field: Field): readonly string[] {
  const zones = zonesOf(name);
  if (!field.present) return defaultZones(name);
  const allowed = `a list of ${ZONES_PER_REGION} different zones out of ${zones.join(', ')}`;
  const items = field.list(allowed);
  if (items === undefined) return defaultZones(name);
  const chosen = items.filter((item) => item.reference(zones, 'a zone') !== undefined);
  const distinct = new Set(items.map(({ value }) => value));
  if (distinct.size !== ZONES_PER_REGION || items.length !== ZONES_PER_REGION) {
    field.reject(allowed);
  }
  return chosen.map(({ value }) => String(value));
}

interface NamedRegion extends Pick<ReadRegion, 'cidr' | 'network'> {
  readonly name: RegionName;
  readonly field: Field;
}

/** Networks that were there before lie apart: nothing here can move them. */
function checkNetworks(regions: readonly NamedRegion[]): void {
  const seen: { name: RegionName; block: Block }[] = [];
  for (const { name, field, network } of regions) {
    const parsed = parseBlock(network?.cidr ?? '');
    if (network === undefined || parsed === undefined) continue;
    const other = seen.find((it) => overlap(it.block, parsed));
    if (other !== undefined)
      field
        .below('network.cidr')
        .reject(
          'a block apart from those of other Regions',
          `"${network.cidr}", part of which ${other.name} has`,
        );
    seen.push({ name, block: parsed });
  }
}

function assignBlocks(all: readonly NamedRegion[]): ReadonlyMap<RegionName, string> {
  const taken = new Map(
    all.flatMap(({ name, network }) => {
      const parsed = parseBlock(network?.cidr ?? '');
      return parsed === undefined ? [] : blocksTouched(parsed).map((text) => [text, name] as const);
    }),
  );
  const regions = all.filter(({ network }) => network === undefined);
  const wanted = regions
    .map(({ name, cidr }) => [name, cidr?.require(CIDR, '')] as const)
    // A Region whose block cannot be read takes none, so that one slip is reported once.
    .filter(([, cidr]) => cidr !== '');
  const { cidrs, overlaps } = planAddresses(wanted, taken);
  for (const { region, cidr, takenBy, free } of overlaps) {
    regions
      .find(({ name }) => name === region)
      ?.cidr?.reject(
        `a block that no Region listed before it has, such as "${free}"`,
        `"${cidr}", which ${takenBy} has`,
      );
  }
  return cidrs;
}

import { SERVICES_ENDPOINT, setAside } from '../../endpoints-declaration';
import type { Endpoint } from '../../endpoints-declaration';
import type { Proxy } from '../../proxy-declaration';
import type { Field } from '../field';
import { flag, integer } from '../rules';

const NAME = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;
/** What a cluster has already, or what would be taken for it. */
const RESERVED: readonly string[] = [SERVICES_ENDPOINT, 'writer', 'reader', 'read', 'cluster'];
/** Of a cluster; one of them may be the services'. */
const MOST_ENDPOINTS = 4;

interface Held {
  readonly instancesPerRegion: number;
  readonly proxy: Proxy | undefined;
}

/**
 * Readers of an `aurora` store under names of their own.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html
 */
export function readEndpoints(field: Field | undefined, held: Held): readonly Endpoint[] {
  if (field?.present !== true) return [];
  const entries = field.map('endpoint') ?? [];
  const endpoints = entries.map(([name, at]) => endpointOf(name, at, held));
  const few = MOST_ENDPOINTS;
  if (endpoints.length > few) field.reject(`at most ${few} endpoints`, `${endpoints.length}`);
  checkShared(field, endpoints);
  if (field.faulty) return endpoints;
  checkLeft(field, endpoints, held);
  return endpoints;
}

function endpointOf(name: string, field: Field, { instancesPerRegion, proxy }: Held): Endpoint {
  if (!NAME.test(name)) {
    const allowed = 'a name of 2 to 20 lower-case letters, digits and hyphens, a letter first';
    field.reject(`${allowed}, no hyphen last`, 'an unusable name');
  } else if (RESERVED.includes(name)) {
    field.reject(`another name than ${RESERVED.join(', ')}`, 'a reserved name');
  }
  const at = field.properties(['instances', 'exclusive']);
  const exclusive = at?.('exclusive').optional(flag, true) ?? true;
  if (exclusive && proxy !== undefined) {
    const allowed = '`exclusive: false` beside `proxy`, whose readers are all of a cluster';
    field.reject(allowed, 'instances set aside');
  }
  return { name, exclusive, instances: at ? numbers(at('instances'), instancesPerRegion) : [] };
}

function numbers(field: Field, most: number): readonly number[] {
  const allowed = `a list of at least one number of 2 to ${most}, the readers of \`instancesPerRegion\``;
  if (most < 2) {
    field.reject('`instancesPerRegion` of 2 or more: a cluster of one has no readers');
    return [];
  }
  const items = field.list(allowed) ?? [];
  if (field.present && items.length === 0 && !field.faulty) field.reject(allowed, 'an empty list');
  // What is no reader is told here, and counts for nothing below.
  const found = items
    .map((item) => ({ item, number: item.require(integer(2, most), 2) }))
    .filter(({ item }) => !item.faulty)
    .map(({ number }) => number);
  if (new Set(found).size < found.length && !field.faulty) {
    field.reject('each instance once', found.join(', '));
  }
  return found;
}

/** Who answers somewhere alone answers nowhere else. */
function checkShared(field: Field, endpoints: readonly Endpoint[]): void {
  for (const { name, instances } of endpoints.filter(({ exclusive }) => exclusive)) {
    for (const other of endpoints.filter((it) => it.name !== name)) {
      const shared = instances.filter((each) => other.instances.includes(each));
      if (shared.length === 0) continue;
      field
        .below(`${other.name}.instances`)
        .reject(`instances that are not set aside for ${name}`, shared.join(', '));
    }
  }
}

/** The services of a Region need a reader: an endpoint for readers does not fall back on the writer. */
function checkLeft(field: Field, endpoints: readonly Endpoint[], held: Held): void {
  const aside = setAside(endpoints).size;
  const least = aside + 2;
  if (aside === 0 || held.instancesPerRegion >= least) return;
  field.reject(
    `\`instancesPerRegion\` of ${least} or more: beside the writer one is left for the services`,
    `${aside} of ${held.instancesPerRegion} instances set aside`,
  );
}

import type {
  BalancerKind,
  Chosen,
  LoadBalancing,
  LoadBalancingRule,
  Threshold,
} from '../load-balancing';
import {
  BALANCER_ALGORITHMS,
  KIND_OPTIONS,
  LOAD_BALANCING_RULES,
  SERVER_OPTIONS,
} from '../load-balancing';
import type { Load } from './compute-section';
import { describe } from './describe';
import type { Field, Properties } from './field';
import { integer, oneOf } from './rules';
import { SWITCH } from './scaling-section';
import { TIER, readTier } from './tier-section';

const BALANCERS: readonly BalancerKind[] = ['application', 'network', 'software'];
const KIND = oneOf(BALANCERS);
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html */
const NO_AFFINITY =
  '; where TLS ends at it, it keeps no client with one server: "source-ip-hash" is of `kind` "software"';
const A_WEEK = 604_800;

const OPTIONS = ['kind', ...new Set(Object.values(KIND_OPTIONS).flat())];

/** Finds a declared option by its path below `loadBalancing`. */
type Fields = (path: string) => Field | undefined;

/** What a load balancer stands before. */
export interface Behind {
  /** Whether there are servers, not functions alone. */
  readonly servers: boolean;
  readonly load: Load;
}

/** Which kind of balancer is declared, before anything else of it is read. */
export function balancerKind(field: Field | undefined): BalancerKind {
  const { value } = field ?? {};
  const kind =
    typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return KIND.accepts(kind) ? kind : 'application';
}

/** A load balancer's options, with every default. */
export function readLoadBalancing(field: Field | undefined, behind: Behind): LoadBalancing {
  const fields = fieldsOf(field);
  const kind = fields('kind')?.optional(KIND, 'application') ?? 'application';
  const read = readOptions(kind, fields, behind.load);
  for (const option of OPTIONS.filter((name) => name !== 'kind')) {
    if (KIND_OPTIONS[kind].includes(option) || fields(option)?.present !== true) continue;
    const kinds = BALANCERS.filter((it) => KIND_OPTIONS[it].includes(option));
    const allowed = `only with \`kind\` ${kinds.map(describe).join(', ')}`;
    fields(option)?.reject(allowed, `an option with \`kind\` ${describe(kind)}`);
  }
  if (behind.servers || kind !== 'application') {
    for (const rule of LOAD_BALANCING_RULES) {
      const isAbout = KIND_OPTIONS[kind].includes(rule.option.split('.')[0] ?? '');
      if (isAbout && (rule.only ?? kind) === kind) check(rule, read, fields);
    }
  } else {
    for (const option of SERVER_OPTIONS.map(fields).filter((it) => it?.present === true)) {
      option?.reject('only beside servers, `fargate` or `ec2`', 'an option of servers');
    }
  }
  return read;
}

function fieldsOf(field: Field | undefined): Fields {
  const below = (it: Field | undefined, names: readonly string[]): Properties | undefined =>
    it?.present === true ? it.properties(names) : undefined;
  const at = below(field, OPTIONS);
  const minimum = below(at?.('minimumHealthy'), ['routing', 'dns']);
  const tier = below(at?.('tier'), TIER);
  const bounds = new Map(
    ['routing', 'dns'].map((kind) => [kind, below(minimum?.(kind), ['count', 'percentage'])]),
  );
  return (path) => {
    const [first = '', kind, bound] = path.split('.');
    if (kind === undefined) return at?.(first);
    if (first === 'tier') return tier?.(kind);
    return bound === undefined ? minimum?.(kind) : bounds.get(kind)?.(bound);
  };
}

function readChosen(kind: BalancerKind, fields: Fields, load: Load): Chosen {
  const choose = <T extends string>(among: readonly [T, ...T[]], note?: string): T =>
    fields('algorithm')?.optional(oneOf(among, note), among[0]) ?? among[0];
  switch (kind) {
    case 'application':
      return { kind, algorithm: choose(BALANCER_ALGORITHMS.application) };
    case 'network':
      return { kind, algorithm: choose(BALANCER_ALGORITHMS.network, NO_AFFINITY) };
    case 'software': {
      const tier = readTier((name) => fields(`tier.${name}`), load);
      return { kind, algorithm: choose(BALANCER_ALGORITHMS.software), tier };
    }
  }
}

function readOptions(kind: BalancerKind, fields: Fields, load: Load): LoadBalancing {
  const chosen = readChosen(kind, fields, load);
  const on = (name: string, otherwise: boolean): boolean =>
    fields(name)?.optional(SWITCH, otherwise) ?? otherwise;
  const seconds = (name: string, least: number, most: number, otherwise: number): number =>
    fields(name)?.optional(integer(least, most), otherwise) ?? otherwise;
  const routing = readThreshold(fields, 'routing', { count: 1, percentage: 33 });
  const dns = readThreshold(fields, 'dns', { count: routing.count, percentage: undefined });
  return {
    ...chosen,
    anomalyMitigation: on('anomalyMitigation', chosen.algorithm === 'weighted-random'),
    slowStartSeconds: ifDeclared(fields('slowStartSeconds'), 30, 900),
    stickinessSeconds: ifDeclared(fields('stickinessSeconds'), 1, A_WEEK),
    deregistrationSeconds: seconds('deregistrationSeconds', 0, 3600, 30),
    keepAliveSeconds: seconds('keepAliveSeconds', 60, A_WEEK, 60),
    // Servers keep connections for 65 s: this side must be the first to close.
    idleTimeoutSeconds: seconds('idleTimeoutSeconds', 1, 64, 60),
    crossZone: on('crossZone', true),
    zonalShift: on('zonalShift', true),
    autoshift: on('autoshift', false),
    minimumHealthy: { routing, dns },
  };
}

function ifDeclared(field: Field | undefined, least: number, most: number): number | undefined {
  return field?.present === true ? field.require(integer(least, most), least) : undefined;
}

/** Who declares a threshold decides both of its bounds: half of a default would surprise. */
function readThreshold(fields: Fields, kind: 'routing' | 'dns', byDefault: Threshold): Threshold {
  if (fields(`minimumHealthy.${kind}`)?.present !== true) return byDefault;
  return {
    count: fields(`minimumHealthy.${kind}.count`)?.optional(integer(1, 1000), 1) ?? 1,
    percentage: ifDeclared(fields(`minimumHealthy.${kind}.percentage`), 1, 100),
  };
}

function check(rule: LoadBalancingRule, read: LoadBalancing, fields: Fields): void {
  const [value, other] = [valueAt(read, rule.option), valueAt(read, rule.other)];
  if (value === undefined || value === false) return;
  // What could not be read has its own fault, and its value here is only a fallback.
  const faulty = (path: string): boolean => {
    const field = fields(path);
    return field?.present === true && field.value !== valueAt(read, path);
  };
  if (faulty(rule.option) || faulty(rule.other)) return;
  const found = `${describe(value)} with \`${rule.other}\` ${describe(other)}`;
  if (rule.kind === 'needs' && !rule.among.some((it) => it === other)) {
    const allowed = rule.among.map(describe).join(', ');
    fields(rule.option)?.reject(`only with \`${rule.other}\` ${allowed}`, found);
  }
  if (rule.kind === 'at least' && typeof other === 'number' && Number(value) < other) {
    fields(rule.option)?.reject(`at least \`${rule.other}\`, ${other}`, found);
  }
}

function valueAt(read: LoadBalancing, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>>)[name], read);
}

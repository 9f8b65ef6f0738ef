import type { LoadBalancing, LoadBalancingRule, Threshold } from '../load-balancing';
import { LOAD_BALANCING_RULES, SERVER_OPTIONS } from '../load-balancing';
import { describe } from './describe';
import type { Field, Properties } from './field';
import { integer, oneOf } from './rules';
import { SWITCH } from './scaling-section';

const ALGORITHM = oneOf(['round-robin', 'least-outstanding-requests', 'weighted-random']);
const A_WEEK = 604_800;

const OPTIONS = [
  ...SERVER_OPTIONS,
  'keepAliveSeconds',
  'idleTimeoutSeconds',
  'zonalShift',
  'autoshift',
];

/** Finds a declared option by its path below `loadBalancing`. */
type Fields = (path: string) => Field | undefined;

/** A load balancer's options, with every default; `servers` tells whether there are any. */
export function readLoadBalancing(field: Field | undefined, servers: boolean): LoadBalancing {
  const fields = fieldsOf(field);
  const read = readOptions(fields);
  if (servers) {
    for (const rule of LOAD_BALANCING_RULES) check(rule, read, fields);
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
  const bounds = new Map(
    ['routing', 'dns'].map((kind) => [kind, below(minimum?.(kind), ['count', 'percentage'])]),
  );
  return (path) => {
    const [first = '', kind, bound] = path.split('.');
    if (kind === undefined) return at?.(first);
    return bound === undefined ? minimum?.(kind) : bounds.get(kind)?.(bound);
  };
}

function readOptions(fields: Fields): LoadBalancing {
  const byDefault = 'least-outstanding-requests';
  const algorithm = fields('algorithm')?.optional(ALGORITHM, byDefault) ?? byDefault;
  const on = (name: string, otherwise: boolean): boolean =>
    fields(name)?.optional(SWITCH, otherwise) ?? otherwise;
  const seconds = (name: string, least: number, most: number, otherwise: number): number =>
    fields(name)?.optional(integer(least, most), otherwise) ?? otherwise;
  const routing = readThreshold(fields, 'routing', { count: 1, percentage: 33 });
  const dns = readThreshold(fields, 'dns', { count: routing.count, percentage: undefined });
  return {
    algorithm,
    anomalyMitigation: on('anomalyMitigation', algorithm === 'weighted-random'),
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

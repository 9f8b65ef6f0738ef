import type { AssemblyResource } from '../../../assembly';
import type {
  Action,
  BalancingConfig,
  ListenerConfig,
  SoftwareConfig,
  TargetGroupConfig,
} from '../../gateway';
import { findHaproxy } from '../../gateway';
import { groupOf, scriptOf } from './instances';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';

/** A Region's door that hands over connections, in the words of one that reads requests. */
export interface NetworkDoor {
  readonly listener: ListenerConfig;
  /** The group whose servers answer. */
  readonly servers: AssemblyResource;
  /** What the servers' group has of the tier before them. */
  readonly tier: Pick<Extract<TargetGroupConfig, { kind: 'servers' }>, 'balancing' | 'software'>;
}

const FILE = /^cat > \/etc\/haproxy\/([\w.-]+) <<'(\w+)'\n([^]*?)\n?\2$/gm;
const PLAIN: BalancingConfig = { algorithm: 'round-robin', anomalyMitigation: false };

/** What of the gateway's own comes nearest, where there is no HAProxy here. */
const NEAREST: readonly (readonly [RegExp, BalancingConfig['algorithm']])[] = [
  [/lua\.choose_fastest/, 'fastest-response'],
  [/^ *balance (source|uri)$/m, 'source-ip-hash'],
  [/^ *balance roundrobin$/m, 'round-robin'],
  [/^ *balance (leastconn|random)/m, 'least-outstanding-requests'],
];

export const isNetworkDoor = (reader: TemplateReader, balancer: AssemblyResource): boolean =>
  reader.text(balancer, 'Type') === 'network';

/** @throws PlanError where nothing, or something else than ours, stands behind it */
export function planNetworkDoor(
  reader: TemplateReader,
  balancer: AssemblyResource,
  groups: readonly AssemblyResource[],
): NetworkDoor {
  const { region } = balancer.stack;
  const listeners = reader.resources('AWS::ElasticLoadBalancingV2::Listener', region);
  const front = listeners.find((it) => reader.text(it, 'Protocol') === 'TLS');
  const target = front && forwardedTo(reader, front);
  if (target === undefined) throw new PlanError(balancer.key, 'it has no listener with TLS');
  const instances = groupOf(reader, target);
  const script = instances === undefined ? '' : scriptOf(reader, instances);
  const files = Object.fromEntries(
    [...script.matchAll(FILE)].map(([, name = '', , text = '']) => [name, `${text}\n`]),
  );
  const { 'haproxy.cfg': configuration } = files;
  if (configuration === undefined) {
    const open = healthPaths(reader, region, target);
    return {
      listener: { rules: [rule(open, target)], defaultAction: forward(target) },
      servers: target,
      tier: { balancing: PLAIN },
    };
  }
  const servers = groups.find((it) => it !== target && groupOf(reader, it) !== undefined);
  if (servers === undefined) throw new PlanError(balancer.key, 'its balancers follow no servers');
  const secret = secretOf(reader, balancer, script);
  return {
    listener: admission(configuration, servers, secret),
    servers,
    tier: tierOf(configuration, { ...files, 'origin.acl': `${secret}\n` }),
  };
}

function tierOf(configuration: string, files: SoftwareConfig['files']): NetworkDoor['tier'] {
  const nearest = NEAREST.find(([pattern]) => pattern.test(configuration))?.[1];
  const command = findHaproxy();
  return {
    balancing: { ...PLAIN, ...(nearest && { algorithm: nearest }) },
    ...(command !== undefined && { software: { command, files } }),
  };
}

/** HAProxy demands the same; said here too, it is also demanded where there is none. */
function admission(
  configuration: string,
  servers: AssemblyResource,
  secret: string,
): ListenerConfig {
  const words = (pattern: RegExp) => pattern.exec(configuration)?.[1]?.split(' ') ?? [];
  const paths = words(/^ *acl open path (.+)$/m);
  const hosts = words(/^ *acl named \S+ -m str -i (.+)$/m);
  const action = forward(servers);
  return {
    rules: [
      rule(paths, servers),
      {
        conditions: [{ field: 'http-header', name: 'x-origin-verify', values: [secret] }],
        action,
      },
      ...(hosts.length === 0
        ? []
        : [{ conditions: [{ field: 'host-header' as const, values: hosts }], action }]),
    ],
    defaultAction: {
      ...{ kind: 'fixed-response', status: 403, contentType: 'text/plain', body: 'Forbidden' },
    },
  };
}

function secretOf(reader: TemplateReader, at: AssemblyResource, script: string): string {
  const name = /^BALANCER_SECRET="([^"]+)"$/m.exec(script)?.[1];
  if (name === undefined) throw new PlanError(at.key, 'its balancers demand no secret');
  return asText(
    reader.evaluate(at, `{{resolve:secretsmanager:${name}:SecretString:::}}`, 'its secret'),
  );
}

/** What the Region's own health check asks for, and the load balancer itself. */
function healthPaths(
  reader: TemplateReader,
  region: string,
  target: AssemblyResource,
): readonly string[] {
  const asked = reader
    .resources('AWS::Route53::HealthCheck', region)
    .filter((it) => reader.text(it, 'HealthCheckConfig', 'Inverted') !== 'true')
    .flatMap((it) => reader.text(it, 'HealthCheckConfig', 'ResourcePath') ?? []);
  return [...new Set([reader.text(target, 'HealthCheckPath') ?? '/', ...asked])];
}

function forwardedTo(
  reader: TemplateReader,
  listener: AssemblyResource,
): AssemblyResource | undefined {
  const action = asObject(asList(raw(listener, ['DefaultActions'])).at(-1));
  return reader.target(listener, action['TargetGroupArn'])?.resource;
}

const forward = (group: AssemblyResource): Action => ({
  kind: 'forward',
  targetGroups: [{ targetGroup: group.key, weight: 1 }],
});

const rule = (values: readonly string[], group: AssemblyResource) => ({
  conditions: [{ field: 'path-pattern' as const, values }],
  action: forward(group),
});

import { INTERFACE_ENDPOINTS, prefixOf } from '../../../config';
import type { AssemblyResource, Json } from '../../assembly';
import { groupBy } from './view';
import type { View } from './view';
import { statementsOf } from './statements';
import type { Statement } from './statements';

/** One right that a call takes. */
export interface Use {
  readonly action: string;
  readonly resources: readonly Json[];
}

/** A service of AWS that is called in a Region. */
export interface Call {
  /** As names of endpoints end: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`. */
  readonly service: string;
  readonly region: string;
  readonly uses: readonly Use[];
}

/** Ends of names of endpoints that no declaration asks for, where they differ from the actions' prefix. */
const OTHER_ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  mobiletargeting: ['pinpoint'],
  tag: ['tagging'],
};

/** Rights to connect to what stands in the network itself. */
const INSIDE =
  /^(rds-db|neptune-db|kafka-cluster|elasticfilesystem):|^(elasticache|memorydb):connect$/i;

/** Managed policies of AWS that are met often: the prefixes that they hold. */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AmazonECSTaskExecutionRolePolicy: ['ecr:BatchGetImage', 'logs:PutLogEvents'],
  AmazonSSMManagedInstanceCore: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:OpenDataChannel',
    'ec2messages:GetMessages',
  ],
  CloudWatchAgentServerPolicy: ['cloudwatch:PutMetricData', 'logs:PutLogEvents'],
  AWSLambdaBasicExecutionRole: [],
  AWSLambdaVPCAccessExecutionRole: [],
  AWSXRayDaemonWriteAccess: ['xray:PutTraceSegments'],
};

/**
 * What roles let their bearers call, by service and Region, out of the actions of their statements; and
 * the rights that are too wide, or stand in no template, to tell.
 */
export function callsOf(
  view: View,
  roles: readonly AssemblyResource[],
  own: string,
  byOthers: (action: string) => boolean = () => false,
): { readonly calls: readonly Call[]; readonly vague: readonly string[] } {
  const calls: Call[] = [];
  const vague = new Set<string>();
  const add = (action: string, resources: readonly Json[]): void => {
    if (byOthers(action) || INSIDE.test(action)) return;
    const prefix = prefixOf(action);
    if (prefix.includes('*') || prefix.includes('?')) {
      vague.add(action);
      return;
    }
    for (const region of regionsOf(view, resources, own)) {
      for (const service of endpointsFor(prefix))
        calls.push({ service, region, uses: [{ action, resources }] });
    }
  };
  for (const role of roles) {
    for (const { statement } of statementsOf(view, role)) {
      if (!statement.allows || isForOthers(statement)) continue;
      if (statement.excepted.length > 0) vague.add(`all but ${statement.excepted.join(', ')}`);
      for (const action of statement.actions) add(action, statement.resources);
    }
    for (const name of managedBy(view, role)) {
      const known = MANAGED[name];
      if (known === undefined) vague.add(name);
      for (const action of known ?? []) add(action, ['*']);
    }
  }
  return { calls: gathered(calls), vague: [...vague] };
}

/** Gateway endpoints are named as the prefix. */
function endpointsFor(prefix: string): readonly string[] {
  const [first, ...more] = INTERFACE_ENDPOINTS[prefix] ?? OTHER_ENDPOINTS[prefix] ?? [];
  return first === undefined ? [prefix] : [first, ...more];
}

/** One call for each service and Region, with all its uses. */
export function gathered(calls: readonly Call[]): readonly Call[] {
  const groups = groupBy(calls, ({ service, region }) => `${service} ${region}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, uses: group.flatMap(({ uses }) => uses) }];
  });
}

/** Rights over keys that another service uses in the bearer's name. */
const isForOthers = ({ condition }: Statement): boolean =>
  /"kms:ViaService"/i.test(JSON.stringify(condition));

/** Names of managed policies of AWS that a role bears. */
const managedBy = (view: View, role: AssemblyResource): readonly string[] =>
  view.list(role, 'ManagedPolicyArns').flatMap((arn) => {
    const text = typeof arn === 'string' ? arn : '';
    return /:policy\/(?:[\w-]+\/)*([\w+=,.@-]+)$/.exec(text)?.[1] ?? [];
  });

/** Regions of resources by their ARNs; the caller's own for those that name none. */
function regionsOf(view: View, resources: readonly Json[], own: string): readonly string[] {
  const named = resources.map((it) => {
    const region = (view.textOf(it) ?? '').split(':')[3] ?? '';
    return /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? region : own;
  });
  return named.length === 0 ? [own] : [...new Set(named)];
}

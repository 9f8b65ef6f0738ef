import type { AssemblyResource, Json } from '../../assembly';
import { blockOf, holds } from './blocks';
import type { Call } from './called-services';
import type { Caller } from './callers';
import { refusedBy } from './endpoint-policies';
import { numberOf, within } from './view';
import type { View } from './view';
import { tableOf } from './ways-out';

/** Services that have no endpoint in a VPC, where they are asked by their public names. */
const NONE = /^(image |iam$|route53|cloudfront$|organizations$|globalaccelerator$|support$|sso)/;

/**
 * Why a call from a subnet without a way out comes to nothing: what is wrong with the endpoint that is
 * nearest to serving it. Undefined where one serves it, as far as templates tell.
 */
export function obstacleOf(
  view: View,
  caller: Caller,
  call: Call,
  subnet: AssemblyResource,
): string | undefined {
  if (NONE.test(call.service)) return 'no endpoint leads there, only a NAT gateway does';
  const vpc = view.out(subnet, 'VpcId')[0];
  const all = view.all('AWS::EC2::VPCEndpoint').filter((it) => serves(view, it, call));
  const here = all.filter((it) => vpc !== undefined && view.out(it, 'VpcId').includes(vpc));
  const near = here.filter((it) => regionOf(view, it) === call.region);
  const faults = near.map((it) => faultOf(view, it, caller, call, subnet));
  if (faults.includes(undefined)) return undefined;
  const [fault] = faults;
  if (fault !== undefined) return fault;
  const [other] = here;
  if (other !== undefined) return `${other.key} is for ${regionOf(view, other)}`;
  const elsewhere = all.find(({ stack }) => stack.region === caller.at.stack.region);
  return elsewhere === undefined
    ? `${vpc?.key ?? 'its network'} has no endpoint for it`
    : `${elsewhere.key} stands in another network`;
}

function serves(view: View, endpoint: AssemblyResource, { service }: Call): boolean {
  const name = view.text(endpoint, 'ServiceName') ?? '';
  // A cluster of DSQL has a name of its own for its connections.
  return name.endsWith(`.${service}`) || (service === 'dsql' && /\.dsql-\w+$/.test(name));
}

function regionOf(view: View, endpoint: AssemblyResource): string {
  const name = view.text(endpoint, 'ServiceName') ?? '';
  const [, named] = /^com\.amazonaws\.([a-z0-9-]+)\./.exec(name) ?? [];
  return view.text(endpoint, 'ServiceRegion') ?? named ?? endpoint.stack.region;
}

function faultOf(
  view: View,
  endpoint: AssemblyResource,
  caller: Caller,
  call: Call,
  subnet: AssemblyResource,
): string | undefined {
  const { key } = endpoint;
  const isGateway = (view.text(endpoint, 'VpcEndpointType') ?? 'Gateway') === 'Gateway';
  if (isGateway) {
    const table = tableOf(view, subnet);
    if (table === undefined || !view.out(endpoint, 'RouteTableIds').includes(table))
      return `${key} is not in ${table?.key ?? 'a route table of the subnet'}`;
  } else {
    const vpc = view.out(endpoint, 'VpcId')[0];
    if (view.flag(endpoint, 'PrivateDnsEnabled') !== true) return `${key} has no private DNS`;
    if (vpc !== undefined && view.flag(vpc, 'EnableDnsHostnames') !== true)
      return `${key} needs EnableDnsHostnames of ${vpc.key}`;
    if (!admits(view, endpoint, caller)) return `the groups of ${key} do not admit it on 443`;
  }
  if (!opens(view, endpoint, caller, isGateway)) return `its own groups do not open 443 to ${key}`;
  const refused = refusedBy(view, endpoint, caller, call);
  return refused.length > 0 ? `the policy of ${key} refuses ${refused.join(', ')}` : undefined;
}

type Way = 'Ingress' | 'Egress';

/** Rules of a group, its own and those that stand by themselves. */
const rulesOf = (view: View, group: AssemblyResource, way: Way): readonly Json[] => [
  ...view.list(group, `SecurityGroup${way}`),
  ...view
    .into(group, `AWS::EC2::SecurityGroup${way}`)
    .filter((it) => view.out(it, 'GroupId').includes(group))
    .map((it) => view.props(it) as Json),
];

function isForHttps(rule: Json): boolean {
  const protocol = within(rule, 'IpProtocol');
  if (protocol === '-1' || protocol === -1) return true;
  const from = numberOf(within(rule, 'FromPort'));
  const to = numberOf(within(rule, 'ToPort')) ?? from;
  const isTcp = protocol === 'tcp' || protocol === '6' || protocol === 6;
  return isTcp && (from === undefined || to === undefined || (from <= 443 && 443 <= to));
}

/** Whether the endpoint's groups let the caller in; without groups it has the default one, for itself. */
function admits(view: View, endpoint: AssemblyResource, caller: Caller): boolean {
  const listed = view.list(endpoint, 'SecurityGroupIds').length;
  const groups = view.out(endpoint, 'SecurityGroupIds');
  if (listed === 0) return caller.groups.length === 0;
  // Groups of others: nobody can tell.
  if (groups.length < listed) return true;
  return groups
    .flatMap((it) => rulesOf(view, it, 'Ingress'))
    .filter(isForHttps)
    .some(
      (rule) =>
        within(rule, 'SourcePrefixListId') !== undefined ||
        view.refs(within(rule, 'SourceSecurityGroupId')).some((it) => caller.groups.includes(it)) ||
        isAround(view, rule, caller),
    );
}

/** Whether a rule is for addresses among which those of all the caller's subnets are. */
function isAround(view: View, rule: Json, { subnets }: Caller): boolean {
  const around = within(rule, 'CidrIp');
  const vpcs = new Set(subnets.flatMap((it) => view.out(it, 'VpcId')));
  if (view.refs(around).some((it) => vpcs.has(it))) return true;
  const outer = blockOf(view.textOf(around));
  return (
    outer !== undefined &&
    subnets.every((it) => {
      const inner = blockOf(view.text(it, 'CidrBlock'));
      return inner === undefined || holds(outer, inner);
    })
  );
}

/** Whether the caller's groups let it out to the endpoint; one that says nothing lets everything out. */
function opens(
  view: View,
  endpoint: AssemblyResource,
  caller: Caller,
  isGateway: boolean,
): boolean {
  if (caller.groups.length === 0) return true;
  const its = view.out(endpoint, 'SecurityGroupIds');
  return caller.groups.some((group) => {
    const rules = rulesOf(view, group, 'Egress');
    if (rules.length === 0) return true;
    return rules.filter(isForHttps).some((rule) => {
      if (within(rule, 'CidrIp') === '0.0.0.0/0') return true;
      if (within(rule, 'DestinationPrefixListId') !== undefined) return true;
      const to = view.refs(within(rule, 'DestinationSecurityGroupId'));
      return !isGateway && (to.some((it) => its.includes(it)) || isAround(view, rule, caller));
    });
  });
}

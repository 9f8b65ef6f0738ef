import type { AssemblyResource } from '../../assembly';
import type { Call } from '../private/called-services';
import type { Breach, Rule } from '../model';
import { callersOf } from '../private/callers';
import type { Caller } from '../private/callers';
import { obstacleOf } from '../private/endpoints';
import { existingNetworks } from '../private/existing-networks';
import { groupBy } from '../private/view';
import type { View } from '../private/view';
import { leadsOut } from '../private/ways-out';
import { subnetCount, subnetsOf } from '../private/zones';

const PRIVATELINK = 'https://docs.aws.amazon.com/vpc/latest/privatelink';

export const interfaceEndpoints: Rule = {
  id: 'interface-endpoint-missing',
  severity: 'error',
  title:
    'What runs without a way out reaches every service that its roles name through an endpoint',
  reason:
    'Without NAT and without endpoints a call waits until it times out: a new task cannot fetch its image, secret or credentials, and a function its data.',
  source: `${PRIVATELINK}/aws-services-privatelink-support.html`,
  remedy:
    "Give the network an endpoint for the service (S3 and DynamoDB: a gateway endpoint in the subnet's route table) with private DNS, a group and a policy that admit the caller on 443; or a NAT gateway per zone.",
  covers: ['R13'],
  *check(view) {
    for (const caller of callersOf(view)) {
      const closed = caller.subnets.filter((it) => !leadsOut(view, it, caller.address));
      if (closed.length === 0) continue;
      const where = listed(closed);
      if (caller.vague.length > 0) {
        const message = `may call more than can be said (${caller.vague.join('; ')}) from ${where}, which has no way out`;
        yield { at: caller.at, message, severity: 'warning' };
      }
      for (const call of caller.calls) yield* withoutPath(view, caller, call, closed);
    }
  },
};

function* withoutPath(
  view: View,
  caller: Caller,
  call: Call,
  closed: readonly AssemblyResource[],
): Iterable<Breach> {
  const { at } = caller;
  const own = at.stack.region;
  const same = caller.calls.filter(({ service }) => service === call.service);
  // A service that is asked in several Regions may do with its own: the others are told together.
  const spares = same.some(({ region }) => region === own)
    ? same.filter(({ region }) => region !== own)
    : [];
  const isSpare = spares.includes(call);
  if (isSpare && call !== spares[0]) return;
  const regions = isSpare ? spares.map(({ region }) => region) : [call.region];
  const place = call.region === own ? '' : ` of ${regions.join(', ')}`;
  const actions = [...new Set(call.uses.map(({ action }) => action))].join(', ');
  for (const [why, subnets] of groupBy(closed, (it) => obstacleOf(view, caller, call, it))) {
    if (why === undefined) continue;
    yield {
      at,
      message: `calls ${call.service}${place} (${actions}) from ${listed(subnets)} without a path: ${why}`,
      ...(isSpare && { severity: 'warning' }),
    };
  }
}

const listed = (resources: readonly AssemblyResource[]): string =>
  resources.map(({ key }) => key).join(', ');

/** What stands in subnets and calls AWS from there. */
const COMPUTE = [
  'AWS::Lambda::Function',
  'AWS::ECS::Service',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::EC2::Instance',
];

export const unseenNetwork: Rule = {
  id: 'network-unseen',
  severity: 'warning',
  title: 'The network that compute stands in is one that templates show',
  reason:
    'Routes, NAT gateways, endpoints and flow logs of a network that somebody else made stand in no template here: whether they would carry a failover is not known.',
  source: `${PRIVATELINK}/concepts.html`,
  remedy:
    "Have the network's owner confirm a NAT gateway per zone, gateway endpoints for S3 and DynamoDB in the private route tables, DNS names, and flow logs; then acknowledge this with the day on which to ask again.",
  covers: ['R13'],
  *check(view) {
    const noted = new Set(existingNetworks(view).flatMap(({ zones }) => [...zones.keys()]));
    for (const { at, vpcId, zones } of existingNetworks(view)) {
      const message = `${vpcId} with ${zones.size} subnets is of others: not known are its NAT gateways, endpoints, routes, flow logs and default group`;
      yield { at, message };
    }
    for (const at of view.all(...COMPUTE)) {
      const count = subnetCount(view, at) ?? 0;
      if (count === 0 || subnetsOf(view, at).length > 0) continue;
      if (
        JSON.stringify(view.props(at))
          .match(/subnet-[\da-f]+/g)
          ?.some((it) => noted.has(it))
      )
        continue;
      yield {
        at,
        message: 'stands in subnets that no template shows: its way to AWS is not known',
      };
    }
  },
};

export const PATH_RULES: readonly Rule[] = [interfaceEndpoints, unseenNetwork];

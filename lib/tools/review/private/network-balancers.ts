import type { AssemblyResource, Json } from '../../assembly';
import { numberOf, within } from './view';
import type { View } from './view';

const GROUP = 'AWS::AutoScaling::AutoScalingGroup';
/** By what a tier of balancers, and a server by its environment, shows that it asks for the header. */
const DEMANDS = /x-origin-verify|ORIGIN_DEMANDED/;
/** Where requests of browsers come in. */
const WEB_PORTS = [80, 443, 8080, 8443];

export const isNetwork = (view: View, balancer: AssemblyResource): boolean =>
  view.text(balancer, 'Type') === 'network';

/** Rules by which a security group lets callers in. */
export const ingressOf = (view: View, group: AssemblyResource): readonly Json[] => [
  ...view.list(group, 'SecurityGroupIngress'),
  ...view.into(group, 'AWS::EC2::SecurityGroupIngress').map((it) => view.props(it)),
];

export const admitsEverybody = (rule: Json): boolean =>
  within(rule, 'CidrIp') === '0.0.0.0/0' || within(rule, 'CidrIpv6') === '::/0';

/** Listeners of a network load balancer on which web requests come, and somebody may connect at all. */
export function webListeners(view: View, balancer: AssemblyResource): readonly AssemblyResource[] {
  const rules = view.out(balancer, 'SecurityGroups').flatMap((group) => ingressOf(view, group));
  const grouped = view.has(balancer, 'SecurityGroups');
  return view.into(balancer, 'AWS::ElasticLoadBalancingV2::Listener').filter((listener) => {
    const port = view.number(listener, 'Port') ?? 0;
    const isWeb = view.text(listener, 'Protocol') === 'TLS' || WEB_PORTS.includes(port);
    return isWeb && (!grouped || rules.some((rule) => opens(rule, port)));
  });
}

/** Whether anybody may connect to a network load balancer, which has all ports open without groups. */
export function isOpen(view: View, balancer: AssemblyResource): boolean {
  if (!view.has(balancer, 'SecurityGroups')) return true;
  const groups = view.out(balancer, 'SecurityGroups');
  return groups.some((group) => ingressOf(view, group).some(admitsEverybody));
}

function opens(rule: Json, port: number): boolean {
  if (numberOf(within(rule, 'IpProtocol')) === -1) return true;
  const from = numberOf(within(rule, 'FromPort'));
  const to = numberOf(within(rule, 'ToPort'));
  return from === undefined || to === undefined || (from <= port && port <= to);
}

/** Whether all that a listener forwards to asks for the secret header of the CDN by itself. */
export function demandsSecret(view: View, listener: AssemblyResource): boolean {
  const groups = view.out(listener, 'DefaultActions');
  return (
    groups.length > 0 &&
    groups.every((group) => {
      const instances = view
        .into(group, GROUP)
        .flatMap((it) => view.out(it))
        .map((it) => Buffer.from(view.text(it, 'LaunchTemplateData.UserData') ?? '', 'base64'));
      const tasks = view
        .into(group, 'AWS::ECS::Service')
        .flatMap((it) => view.out(it, 'TaskDefinition'))
        .map((it) => JSON.stringify(view.list(it, 'ContainerDefinitions')));
      return [...instances, ...tasks].some((text) => DEMANDS.test(text.toString()));
    })
  );
}

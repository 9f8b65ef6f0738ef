import type { AssemblyResource } from '../../assembly';
import type { View } from './view';

/**
 * What an internet gateway means for whoever runs in a subnet: a function never has a public address, a
 * task has one where it is given one, and of an instance templates often do not say.
 */
export type Address = 'none' | 'given';

/** Whether a route is for everything that no other route is for. */
export const isDefault = (view: View, route: AssemblyResource): boolean =>
  [view.text(route, 'DestinationCidrBlock'), view.text(route, 'DestinationIpv6CidrBlock')].some(
    (block) => block === '0.0.0.0/0' || block === '::/0',
  );

/** The route table of a subnet, where the template has one. */
export const tableOf = (view: View, subnet: AssemblyResource): AssemblyResource | undefined =>
  view
    .into(subnet, 'AWS::EC2::SubnetRouteTableAssociation')
    .flatMap((it) => view.out(it, 'RouteTableId'))[0];

/** Whether what runs in a subnet reaches the Internet from there. */
export function leadsOut(view: View, subnet: AssemblyResource, address: Address): boolean {
  const table = tableOf(view, subnet);
  const routes = table === undefined ? [] : view.into(table, 'AWS::EC2::Route');
  return routes
    .filter((route) => isDefault(view, route))
    .some((route) => {
      const gateways = view.out(route, 'GatewayId');
      const isInternet = gateways.some(({ type }) => type !== 'AWS::EC2::VPNGateway');
      return !view.has(route, 'GatewayId') || !isInternet || address === 'given';
    });
}

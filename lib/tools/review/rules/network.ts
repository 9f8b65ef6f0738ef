import type { AssemblyResource, Json } from '../../assembly';
import type { Breach, Rule } from '../model';
import { blockOf, holds, overlaps } from '../private/blocks';
import type { Block } from '../private/blocks';
import { isDefault, tableOf } from '../private/ways-out';
import { zonesOf } from '../private/zones';
import { groupBy, numberOf, within } from '../private/view';
import type { View } from '../private/view';
import { PATH_RULES } from './paths';

const VPC = 'https://docs.aws.amazon.com/vpc/latest/userguide';

/** Subnets whose way out is a NAT gateway, with that gateway. */
const natRoutes = (
  view: View,
): readonly (readonly [subnet: AssemblyResource, nat: AssemblyResource])[] =>
  view.all('AWS::EC2::Subnet').flatMap((subnet) => {
    const table = tableOf(view, subnet);
    const routes = table === undefined ? [] : view.into(table, 'AWS::EC2::Route');
    return routes
      .filter((route) => isDefault(view, route))
      .flatMap((route) => view.out(route, 'NatGatewayId'))
      .map((nat) => [subnet, nat] as const);
  });

export const natPerZone: Rule = {
  id: 'nat-other-zone',
  severity: 'error',
  title: "A private subnet's way out is a NAT gateway of its own zone",
  reason: "When the gateway's zone is lost, the other zones lose their way out with it.",
  source: `${VPC}/vpc-nat-gateway.html`,
  remedy: 'Create one NAT gateway in each zone and route each private subnet to its own.',
  covers: ['R13'],
  *check(view) {
    for (const [subnet, nat] of natRoutes(view)) {
      const [own] = zonesOf(view, [subnet]);
      const [its] = zonesOf(view, view.out(nat, 'SubnetId'));
      if (own === undefined || its === undefined || own === its) continue;
      yield { at: subnet, message: `stands in ${own} and goes out through ${nat.key} in ${its}` };
    }
  },
};

export const gatewayEndpoints: Rule = {
  id: 'gateway-endpoint-missing',
  severity: 'warning',
  title: 'S3 and DynamoDB are reached through gateway endpoints from every private subnet',
  reason:
    'Through NAT, data that must flow during a failover shares a gateway that may be lost, and costs per byte.',
  source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html',
  remedy: 'Add gateway endpoints for s3 and dynamodb with the route tables of all private subnets.',
  covers: ['R13'],
  *check(view) {
    const private_ = groupBy(natRoutes(view), ([subnet]) => view.out(subnet, 'VpcId')[0]);
    for (const [vpc, subnets] of private_) {
      if (vpc === undefined) continue;
      const tables = new Set(subnets.flatMap(([subnet]) => tableOf(view, subnet) ?? []));
      for (const service of ['s3', 'dynamodb']) {
        const endpoints = view
          .into(vpc, 'AWS::EC2::VPCEndpoint')
          .filter((it) => view.text(it, 'ServiceName')?.endsWith(`.${service}`));
        const [endpoint] = endpoints;
        if (endpoint === undefined) {
          yield { at: vpc, message: `has no gateway endpoint for ${service}` };
          continue;
        }
        const region = endpoint.stack.region;
        if (!view.text(endpoint, 'ServiceName')?.includes(`.${region}.`)) {
          yield { at: endpoint, message: `is not for ${service} of ${region}`, severity: 'error' };
        }
        const joined = new Set(endpoints.flatMap((it) => view.out(it, 'RouteTableIds')));
        for (const table of tables) {
          if (!joined.has(table)) yield { at: endpoint, message: `does not serve ${table.key}` };
        }
      }
    }
  },
};

const blocksOf = (view: View, type: string): readonly (readonly [AssemblyResource, Block])[] =>
  view.all(type).flatMap((it) => {
    const block = blockOf(view.text(it, 'CidrBlock'));
    return block === undefined ? [] : [[it, block] as const];
  });

export const addressesOverlap: Rule = {
  id: 'addresses-overlap',
  severity: 'error',
  title: 'Address blocks of VPCs are disjoint, and subnets lie in their VPC side by side',
  reason:
    'Networks with the same addresses can never be joined, in no failover and for no migration.',
  source: `${VPC}/vpc-cidr-blocks.html`,
  remedy: 'Give each VPC its own block, and each subnet its own part of it.',
  covers: ['R30', 'D8'],
  *check(view) {
    const vpcs = blocksOf(view, 'AWS::EC2::VPC');
    yield* overlapsIn(vpcs);
    const subnets = blocksOf(view, 'AWS::EC2::Subnet');
    for (const [vpc, own] of groupBy(subnets, ([it]) => view.out(it, 'VpcId')[0])) {
      yield* overlapsIn(own);
      const block = vpcs.find(([it]) => it === vpc)?.[1];
      for (const [subnet, part] of own) {
        if (block === undefined || holds(block, part)) continue;
        yield { at: subnet, message: `${part.text} is not in ${block.text} of its VPC` };
      }
    }
  },
};

function* overlapsIn(blocks: readonly (readonly [AssemblyResource, Block])[]): Iterable<Breach> {
  const sorted = [...blocks].sort(
    ([, one], [, other]) => one.first - other.first || other.last - one.last,
  );
  let [before] = sorted;
  for (const current of sorted.slice(1)) {
    if (before !== undefined && overlaps(before[1], current[1])) {
      const at = `${current[1].text} overlaps ${before[1].text} of ${before[0].key}`;
      yield { at: current[0], message: at };
      yield {
        at: before[0],
        message: `${before[1].text} overlaps ${current[1].text} of ${current[0].key}`,
      };
    }
    if (before === undefined || current[1].last > before[1].last) before = current;
  }
}

export const vpcNames: Rule = {
  id: 'vpc-name-twice',
  severity: 'warning',
  title: 'VPCs have different names',
  reason: 'In an incident two networks of one name are mistaken for each other.',
  source: `${VPC}/working-with-vpcs.html`,
  remedy: 'Put the Region into the Name tag.',
  covers: ['R30'],
  *check(view) {
    const nameOf = (vpc: AssemblyResource): string | undefined =>
      view.textOf(
        within(
          view.list(vpc, 'Tags').find((tag) => within(tag, 'Key') === 'Name'),
          'Value',
        ),
      );
    for (const [name, vpcs] of groupBy(view.all('AWS::EC2::VPC'), nameOf)) {
      if (name === undefined || vpcs.length < 2) continue;
      for (const vpc of vpcs) yield { at: vpc, message: `is one of ${vpcs.length} named ${name}` };
    }
  },
};

/** Ports of databases and caches, which nobody on the internet has business with. */
const DATA_PORTS: readonly (readonly [port: number, what: string])[] = [
  [1433, 'SQL Server'], [1521, 'Oracle'], [3306, 'MySQL'], [5432, 'PostgreSQL'], [6379, 'Redis or Valkey'],
  [8182, 'Neptune'], [9142, 'Keyspaces'], [9200, 'OpenSearch'], [11_211, 'Memcached'], [27_017, 'MongoDB'],
]; // prettier-ignore

export const dataPortOpen: Rule = {
  id: 'data-port-public',
  severity: 'error',
  title: 'No data port is open to everybody',
  reason: 'A database that the internet can reach is found within hours.',
  source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
  remedy: 'Admit the security group of the servers instead of addresses.',
  covers: ['D34'],
  *check(view) {
    const standing = view
      .all('AWS::EC2::SecurityGroupIngress')
      .map((it) => [it, view.props(it) as Json] as const);
    const inline = view
      .all('AWS::EC2::SecurityGroup')
      .flatMap((it) => view.list(it, 'SecurityGroupIngress').map((rule) => [it, rule] as const));
    for (const [at, rule] of [...standing, ...inline]) {
      if (within(rule, 'CidrIp') !== '0.0.0.0/0' && within(rule, 'CidrIpv6') !== '::/0') continue;
      const all = ['-1', -1].includes(within(rule, 'IpProtocol') as string);
      const from = all ? 0 : (numberOf(within(rule, 'FromPort')) ?? 0);
      const to = all ? 65_535 : (numberOf(within(rule, 'ToPort')) ?? from);
      const [open] = DATA_PORTS.filter(([port]) => port >= from && port <= to);
      if (open !== undefined)
        yield {
          at,
          message: `admits everybody to ports ${from} to ${to}, ${open[1]} (${open[0]}) among them`,
        };
    }
  },
};

export const NETWORK_RULES: readonly Rule[] = [
  natPerZone,
  gatewayEndpoints,
  ...PATH_RULES,
  addressesOverlap,
  vpcNames,
  dataPortOpen,
];

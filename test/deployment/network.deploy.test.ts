import { resolveDeployment } from '../../lib/config';
import type { Declaration, ExistingNetwork } from '../../lib/config';
import { defaultZones } from '../../lib/config';
import loadBalanced from '../../lib/config/declarations/load-balanced';
import { Account } from '../support/emulator/client';
import {
  bootstrapArguments,
  cdkOk,
  deployArguments,
  destroyArguments,
} from '../support/emulator/cdk';
import { Emulator } from '../support/emulator/emulator';
import { inventory } from '../support/emulator/inventory';
import { writer } from '../support/emulator/requests';
import { synthesizedFrom } from '../support/assembly';
import type { Synthesized } from '../support/assembly';

const [HOME, EDGE] = ['eu-central-1', 'us-east-1'] as const;
const OWNER = 'owner-network';
const KINDS = ['public', 'private', 'isolated'] as const;
const ZONES = defaultZones(HOME);
/** One Region of functions, which need no image. */
const DECLARED: Declaration = {
  ...loadBalanced,
  protection: 'ephemeral',
  controlRegions: [HOME, 'eu-west-1', 'eu-west-2'],
  services: { api: { compute: { lambda: {} } } },
};

jest.setTimeout(400_000);

/** Told in order: a way out is changed; then the same product stands in a network of somebody else. */
let emulator: Emulator;
let account: Account;
let first: Synthesized;

const declared = async (more: Partial<Declaration>): Promise<Synthesized> =>
  await synthesizedFrom(resolveDeployment({ ...DECLARED, ...more }));

beforeAll(async () => {
  [emulator, first] = await Promise.all([
    Emulator.start({ databaseRegions: [HOME] }),
    declared({ network: { egress: 'nat' } }),
  ]);
  account = new Account(emulator);
  const regions = [EDGE, HOME, 'eu-west-1', 'eu-west-2'];
  await cdkOk(emulator, bootstrapArguments(first.directory, regions));
});

afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

/** Ids of what stands in the network's stack, by type. */
async function standing(type: string): Promise<readonly (string | undefined)[]> {
  const resources = await account.resources(HOME, `meridian-network-${HOME}`);
  return resources
    .filter(({ ResourceType }) => ResourceType === `AWS::EC2::${type}`)
    .map(({ PhysicalResourceId }) => PhysicalResourceId)
    .sort();
}

test('from NAT gateways to both and to endpoints alone: subnets and tables stay, gateways go last', async () => {
  const network = `Network-${HOME}`;
  const kept = async () => [await standing('Subnet'), await standing('RouteTable')];
  const counted = async () => [
    (await standing('NatGateway')).length,
    (await standing('EIP')).length,
    (await standing('VPCEndpoint')).length,
  ];
  await cdkOk(emulator, deployArguments(first.directory, network));
  const before = await kept();
  expect(before.map(({ length }) => length)).toEqual([9, 9]);
  expect(await counted()).toEqual([3, 3, 2]);
  for (const [egress, numbers] of [
    ['nat-and-endpoints', [3, 3, 4]],
    ['endpoints', [0, 0, 4]],
  ] as const) {
    const { directory } = await declared({ network: { egress } });
    await cdkOk(emulator, deployArguments(directory, network));
    expect([egress, await counted(), await kept()]).toEqual([egress, numbers, before]);
  }
  await cdkOk(emulator, destroyArguments(first.directory));
  expect((await inventory(emulator, HOME))['networks']).toEqual([]);
});

/** What the owner of a network makes of it. */
function ownersTemplate(): object {
  const subnets = ZONES.flatMap((zone, at) =>
    KINDS.map((kind, row) => [zone, kind, `172.20.${row * 16 + at}.0/24`] as const),
  );
  const resources = subnets.flatMap(([zone, kind, block]) => {
    const id = `${kind}${zone.at(-1)}`;
    const VpcId = { Ref: 'Vpc' };
    const Properties = { VpcId, AvailabilityZone: zone, CidrBlock: block };
    return [
      [id, { Type: 'AWS::EC2::Subnet', Properties }],
      [`${id}Table`, { Type: 'AWS::EC2::RouteTable', Properties: { VpcId } }],
    ] as const;
  });
  const Vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '172.20.0.0/16' } };
  return { Resources: { Vpc, ...(Object.fromEntries(resources) as object) } };
}

async function ownersNetwork(): Promise<ExistingNetwork> {
  const resources = await account.resources(HOME, OWNER);
  const idOf = (logical: string): string =>
    resources.find((it) => it.LogicalResourceId === logical)?.PhysicalResourceId ?? 'gone';
  const zones = ZONES.map((zone) => {
    const [open, inner, inmost] = KINDS.map((kind) => {
      const id = `${kind}${zone.at(-1)}`;
      return { subnet: idOf(id), routeTable: idOf(`${id}Table`) };
    });
    return [zone, { public: open!, private: inner!, isolated: inmost! }] as const;
  });
  return {
    ...{ vpcId: idOf('Vpc'), cidr: '172.20.0.0/16', natAddresses: ['198.51.100.7'] },
    zones: Object.fromEntries(zones),
  };
}

test('a product stands in a network of somebody else, serves there, and leaves it as it was', async () => {
  expect(await account.create(HOME, OWNER, ownersTemplate())).toBeUndefined();
  const network = await ownersNetwork();
  const product = await declared({ regions: { [HOME]: { network } } });
  await cdkOk(emulator, deployArguments(product.directory));
  expect((await inventory(emulator, HOME))['networks']).toEqual([network.vpcId]);
  expect(await standing('Subnet')).toEqual([]);
  const { status } = await (await writer(account, HOME)).post('In a network of others');
  expect(status).toBe(201);
  await cdkOk(emulator, destroyArguments(product.directory));
  expect(await account.stacks(HOME)).toEqual([OWNER]);
  expect(await ownersNetwork()).toEqual(network);
});

import Ajv from 'ajv';
import schema from '../../../../docs/schemas/cost.schema.json';
import { standingCost } from '../../../../lib/tools/cost';
import type { CostReport } from '../../../../lib/tools/cost';
import { formatReport } from '../../../../lib/tools/cost/format';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

function costOf(Resources: object): CostReport {
  return standingCost(fixtures.load({ Stack: { region: 'us-east-2', template: { Resources } } }));
}

const three = { SubnetIds: ['subnet-1', 'subnet-2', 'subnet-3'] };
const endpoint = {
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-2.sqs',
    ...three,
  },
};
const nat = { Type: 'AWS::EC2::NatGateway' };
const address = { Type: 'AWS::EC2::EIP' };

test('NAT gateways are told by number, endpoints by zones, each with the price of a GB', () => {
  const report = costOf({
    A: nat,
    B: nat,
    C: address,
    D: address,
    E: address,
    F: endpoint,
    G: endpoint,
  });
  expect(report.waysOut).toEqual({
    lines: [
      { region: 'us-east-2', way: 'nat', quantity: 2, perMonth: 65.7, perGb: 0.045 },
      { region: 'us-east-2', way: 'endpoints', quantity: 6, perMonth: 43.8, perGb: 0.01 },
    ],
    // 21.90 USD by 0.035 USD that each GB is cheaper.
    endpointPaysFromGb: 626,
  });
  expect(new Ajv({ allowUnionTypes: true }).validate(schema, report)).toBe(true);
  const text = formatReport(report);
  expect(text).toContain('NAT gateways              2  0.045/GB     $65.70');
  expect(text).toContain('Beside NAT an endpoint in three zones pays from 626 GB a month on.');
});

test('where nothing leads out, nothing is said of it', () => {
  const report = costOf({ A: address });
  expect(report.waysOut.lines).toEqual([]);
  expect(formatReport(report)).not.toContain('ways out');
});

test('what a network of others costs is unknown, and its NAT gateways are never counted as none', () => {
  const note = { vpcId: 'vpc-1', cidr: '172.20.0.0/16', natAddresses: [], subnets: {} };
  const group = {
    Type: 'AWS::EC2::SecurityGroup',
    Metadata: { 'meridian:existing-network': note },
  };
  const report = costOf({ A: group, B: { Type: 'AWS::EC2::SecurityGroup' } });
  expect(report.unknown).toEqual([
    {
      resource: 'Stack/A',
      type: 'AWS::EC2::SecurityGroup',
      region: 'us-east-2',
      reason: "NAT gateways, addresses and endpoints of vpc-1, its owner's",
    },
  ]);
  expect(formatReport(report)).toContain('Unknown, and not in the total:');
});

import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { storesOf } from '../../../../lib/config';
import type { AuroraStoreDeclaration } from '../../../../lib/config';
import { AuroraGlobalMember } from '../../../../lib/constructs/database';
import { deploymentWith, templateOf } from '../../../support/stack';

const CLUSTER = 'meridian-main-s0-us-east-2';

const member = (declared: Partial<AuroraStoreDeclaration>) => {
  let reader = '';
  const deployment = deploymentWith({
    stores: { main: { engine: 'aurora', instancesPerRegion: 4, ...declared } },
  });
  const template = templateOf((stack) => {
    const vpc = stack.importedVpc();
    const { endpoints } = new AuroraGlobalMember(stack, 'Main', {
      ...{ deployment, vpc, region: 'us-east-2', shard: 's0' },
      store: storesOf(deployment, 'aurora')[0]!,
      securityGroup: new SecurityGroup(stack, 'Group', { vpc }),
      isBirth: new CfnCondition(stack, 'IsBirth', {
        expression: Fn.conditionEquals(Aws.REGION, 'eu-central-1'),
      }),
    });
    reader = JSON.stringify(stack.resolve(endpoints.reader));
  });
  return { template, reader };
};

test('with minimal properties a cluster has no endpoints beside its own two', () => {
  const { template, reader } = member({});
  template.resourceCountIs('AWS::RDS::DBClusterEndpoint', 0);
  expect(reader).toContain('ReadEndpoint.Address');
});

test('readers set aside answer alone, and the services are led to all others', () => {
  const { template, reader } = member({ endpoints: { analytics: { instances: [4] } } });
  template.hasResourceProperties('AWS::RDS::DBClusterEndpoint', {
    DBClusterIdentifier: CLUSTER,
    DBClusterEndpointIdentifier: `${CLUSTER}-analytics`,
    CustomEndpointType: 'READER',
    StaticMembers: [`${CLUSTER}-4`],
  });
  template.hasResourceProperties('AWS::RDS::DBClusterEndpoint', {
    DBClusterEndpointIdentifier: `${CLUSTER}-services`,
    ExcludedMembers: [`${CLUSTER}-4`],
  });
  expect(reader).not.toContain('ReadEndpoint.Address');
  expect(reader).toMatch(/Readersservicesendpoint\w*","Endpoint"\]},":5432"|"Endpoint"/);
  // The last to be promoted, so that analytics does not become the writer.
  template.hasResourceProperties('AWS::RDS::DBInstance', {
    DBInstanceIdentifier: `${CLUSTER}-4`,
    PromotionTier: 15,
  });
});

test('with every property several endpoints share what is not set aside, found by their parameters', () => {
  const { template, reader } = member({
    endpoints: {
      search: { instances: [2, 3], exclusive: false },
      export: { instances: [3], exclusive: false },
    },
  });
  template.resourceCountIs('AWS::RDS::DBClusterEndpoint', 2);
  expect(reader).toContain('ReadEndpoint.Address');
  for (const name of ['search', 'export']) {
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: `/meridian/stores/main/s0/readers/${name}`,
    });
  }
});

test('an endpoint waits for the instances that it names', () => {
  const { template } = member({ endpoints: { analytics: { instances: [4] } } });
  const instances = Object.keys(template.findResources('AWS::RDS::DBInstance'));
  const endpoints = Object.values(template.findResources('AWS::RDS::DBClusterEndpoint')) as {
    DependsOn: string[];
  }[];
  expect(endpoints).toHaveLength(2);
  for (const { DependsOn } of endpoints) {
    expect(DependsOn).toEqual(expect.arrayContaining(instances));
  }
});

import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { DatabaseSecurityGroup } from '../../../../lib/constructs/database';
import { only, templateOf } from '../../../support/stack';

test('it admits PostgreSQL from the given groups alone, and opens nothing', () => {
  const template = templateOf((stack) => {
    const client = SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-service');
    new DatabaseSecurityGroup(stack, 'Databases', {
      vpc: stack.importedVpc(),
      clients: { Service: client },
    });
  });
  const group = only(template, 'AWS::EC2::SecurityGroup');
  expect(group).not.toHaveProperty('SecurityGroupIngress');
  expect(group.SecurityGroupEgress).toEqual([
    expect.objectContaining({ CidrIp: '255.255.255.255/32' }),
  ]);
  expect(only(template, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
    SourceSecurityGroupId: 'sg-service',
    IpProtocol: 'tcp',
    FromPort: 5432,
    ToPort: 5432,
  });
});

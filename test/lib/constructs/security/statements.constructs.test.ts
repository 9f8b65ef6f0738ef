import { readSecrets, useDataKey, useTables } from '../../../../lib/constructs/security';
import { deploymentWith } from '../../../support/deployment';

const place = { deployment: deploymentWith(), region: 'us-east-2' };

test('secrets are read in the own Region only, by name and the six generated characters', () => {
  expect(readSecrets(place, ['meridian/signing']).toStatementJson()).toEqual({
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: 'arn:aws:secretsmanager:us-east-2:123456789012:secret:meridian/signing-??????',
  });
});

test('tables are used in the own Region unless others are named', () => {
  const own = useTables(place, ['sessions'], ['GetItem', 'PutItem']);
  expect(own.toStatementJson()).toMatchObject({
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Resource: 'arn:aws:dynamodb:us-east-2:123456789012:table/meridian-sessions',
  });
  const elsewhere = useTables(place, ['topology'], ['GetItem'], ['us-east-1', 'us-west-2']);
  expect(elsewhere.resources).toEqual([
    'arn:aws:dynamodb:us-east-1:123456789012:table/meridian-topology',
    'arn:aws:dynamodb:us-west-2:123456789012:table/meridian-topology',
  ]);
});

test('the data key is used by its alias, through the named services only', () => {
  const statement = useDataKey(place, ['secretsmanager']);
  expect(statement.toStatementJson()).toMatchObject({
    Action: ['kms:Decrypt', 'kms:DescribeKey'],
    Condition: {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/meridian-data' },
      StringEquals: { 'kms:ViaService': ['secretsmanager.us-east-2.amazonaws.com'] },
    },
  });
});

test('only tables need the key for writing', () => {
  expect(useDataKey(place, ['dynamodb']).actions).toContain('kms:GenerateDataKey*');
  expect(useDataKey(place, ['secretsmanager']).actions).not.toContain('kms:GenerateDataKey*');
});

import { Match } from 'aws-cdk-lib/assertions';
import { DataKey } from '../../../../lib/constructs/security';
import { ACCOUNT, only, templateOf } from '../../../support/stack';

const aliasName = 'alias/meridian-data';

describe('DataKey in production', () => {
  const template = templateOf((stack) => {
    new DataKey(stack, 'DataKey', { aliasName, account: ACCOUNT, protection: 'production' });
  });

  test('rotates each year and is of one Region', () => {
    const key = only(template, 'AWS::KMS::Key');
    expect(key).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
    expect(key).not.toHaveProperty('MultiRegion');
  });

  test('is found by the alias that other stacks compute', () => {
    template.hasResourceProperties('AWS::KMS::Alias', {
      AliasName: aliasName,
      TargetKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DataKey'), 'Arn'] },
    });
  });

  test('is retained together with its alias', () => {
    for (const type of ['AWS::KMS::Key', 'AWS::KMS::Alias']) {
      template.hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });
});

test('an ephemeral DataKey is deleted with its alias', () => {
  const template = templateOf((stack) => {
    new DataKey(stack, 'DataKey', { aliasName, account: ACCOUNT, protection: 'ephemeral' });
  });
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  template.hasResource('AWS::KMS::Alias', { DeletionPolicy: 'Delete' });
});

test('alarms of the account, and of no other, may publish to what it encrypts', () => {
  const template = templateOf((stack) => {
    new DataKey(stack, 'DataKey', { aliasName, account: ACCOUNT, protection: 'ephemeral' });
  });
  const { Statement } = only(template, 'AWS::KMS::Key').KeyPolicy as { Statement: unknown[] };
  expect(Statement).toContainEqual({
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  });
});

test('an account that takes copies of backups may read them, and no other account', () => {
  const policyOf = (backupAccount?: string) => {
    const template = templateOf((stack) => {
      const common = { aliasName, account: ACCOUNT, protection: 'production' } as const;
      new DataKey(stack, 'DataKey', { ...common, ...(backupAccount && { backupAccount }) });
    });
    return JSON.stringify(only(template, 'AWS::KMS::Key').KeyPolicy);
  };
  expect(policyOf()).not.toContain('kms:CreateGrant');
  const policy = policyOf('210987654321');
  expect(policy.match(/iam::210987654321:root/g)).toHaveLength(2);
  expect(policy).toContain('{"Bool":{"kms:GrantIsForAWSResource":"true"}}');
});

test.each([true, false])(
  'distributions decrypt with it where they read its buckets: %s',
  (readByCdn) => {
    const template = templateOf((stack) => {
      new DataKey(stack, 'DataKey', {
        aliasName,
        account: ACCOUNT,
        readByCdn,
        protection: 'ephemeral',
      });
    });
    const text = JSON.stringify(only(template, 'AWS::KMS::Key'));
    expect(text.includes('cloudfront.amazonaws.com')).toBe(readByCdn);
    expect(text.includes(`arn:aws:cloudfront::${ACCOUNT}:distribution/*`)).toBe(readByCdn);
  },
);

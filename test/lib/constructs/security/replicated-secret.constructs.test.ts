import { ReplicatedSecret } from '../../../../lib/constructs/security';
import type { ReplicatedSecretProps } from '../../../../lib/constructs/security';
import { only, templateOf } from '../../../support/stack';

const keyArn = 'arn:aws:kms:us-east-2:123456789012:alias/x';
const minimal: ReplicatedSecretProps = {
  secretName: 'meridian/signing',
  description: 'Signs',
  keyArn,
  replicas: [],
  protection: 'ephemeral',
};
const secret = (props: Partial<ReplicatedSecretProps> = {}) =>
  templateOf((stack) => {
    new ReplicatedSecret(stack, 'Secret', { ...minimal, ...props });
  });
const TYPE = 'AWS::SecretsManager::Secret';

test('with minimal properties it is one generated text under the name', () => {
  expect(only(secret(), TYPE)).toEqual({
    Name: 'meridian/signing',
    Description: 'Signs',
    KmsKeyId: keyArn,
    GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 40 },
    ReplicaRegions: [],
  });
  secret().hasResource(TYPE, { DeletionPolicy: 'Delete' });
});

test('with every property it is a user and a password, replicated with a key for each Region', () => {
  const template = secret({
    username: 'identity',
    protection: 'production',
    replicas: [
      { region: 'eu-central-1', keyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/x' },
      { region: 'us-east-1' },
    ],
  });
  expect(only(template, TYPE)).toMatchObject({
    GenerateSecretString: {
      SecretStringTemplate: '{"username":"identity"}',
      GenerateStringKey: 'password',
    },
    ReplicaRegions: [
      { Region: 'eu-central-1', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:alias/x' },
      { Region: 'us-east-1' },
    ],
  });
  template.hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

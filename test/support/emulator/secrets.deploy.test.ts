import { Account } from './client';
import { Emulator } from './emulator';

jest.setTimeout(60_000);

const [REGION, OTHER] = ['eu-central-1', 'us-east-2'] as const;
const [STACK, NAME] = ['secrets', 'product/signing'] as const;

let emulator: Emulator;
let account: Account;
beforeAll(async () => {
  emulator = await Emulator.start();
  account = new Account(emulator);
}, 60_000);
afterAll(async () => {
  await (emulator as Emulator | undefined)?.stop();
});

const template = (Description: string, ...replicas: readonly string[]): object => ({
  Resources: {
    Signing: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        ...{ Name: NAME, Description, GenerateSecretString: {} },
        ...(replicas.length > 0 && { ReplicaRegions: replicas.map((Region) => ({ Region })) }),
      },
    },
    Told: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/told', Type: 'String', Value: { Ref: 'Signing' } },
    },
  },
});

test('a secret is referred to by its ARN, stays the same when it is changed, and goes with its stack', async () => {
  expect(await account.create(REGION, STACK, template('old', OTHER))).toBeUndefined();
  const arn = await account.parameter(REGION, '/told');
  expect(arn).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:product\/signing-/);
  const value = await account.secret(REGION, NAME);
  expect(await account.secret(OTHER, NAME)).toBe(value);

  expect(await account.update(REGION, STACK, template('new'))).toBeUndefined();
  expect(await account.parameter(REGION, '/told')).toBe(arn);
  expect(await account.secret(REGION, NAME)).toBe(value);
  await expect(account.secret(OTHER, NAME)).rejects.toThrow();

  expect(await account.delete(REGION, STACK)).toBeUndefined();
  await expect(account.secret(REGION, NAME)).rejects.toThrow();
});

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

test('what is generated has the characters that the template leaves, and stands where it says', async () => {
  const how = { PasswordLength: 40, ExcludePunctuation: true };
  const filled = { SecretStringTemplate: '{"username":"api"}', GenerateStringKey: 'password' };
  const secret = (Name: string, GenerateSecretString: object): object => ({
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name, GenerateSecretString },
  });
  const Resources = {
    Plain: secret('plain', how),
    Filled: secret('filled', { ...how, ...filled }),
    // Templates carry booleans as text, too.
    Digits: secret('digits', { ...how, ExcludeUppercase: 'true', ExcludeLowercase: 'true' }),
    Default: secret('default', {}),
  };
  expect(await account.create(REGION, 'generated', { Resources })).toBeUndefined();
  expect(await account.secret(REGION, 'plain')).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(JSON.parse(await account.secret(REGION, 'filled'))).toEqual({
    username: 'api',
    password: expect.stringMatching(/^[A-Za-z0-9]{40}$/) as string,
  });
  expect(await account.secret(REGION, 'digits')).toMatch(/^\d{40}$/);
  expect(await account.secret(REGION, 'default')).toMatch(/^[!-~]{32}$/);
  expect(await account.delete(REGION, 'generated')).toBeUndefined();
});

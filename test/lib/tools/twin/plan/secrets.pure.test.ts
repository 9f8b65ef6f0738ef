import * as fc from 'fast-check';
import { generateSecret, resolveDynamic } from '../../../../../lib/tools/twin/plan';

describe('generateSecret', () => {
  test('makes 32 characters of every kind where nothing is said', () => {
    const value = generateSecret({});
    expect(value).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]) expect(value).toMatch(kind);
  });

  test('respects length and exclusions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 100 }), (PasswordLength) => {
        const spec = { PasswordLength, ExcludePunctuation: true, ExcludeCharacters: 'aeiou0' };
        expect(generateSecret(spec)).toMatch(
          new RegExp(`^[b-df-hj-np-tv-zA-Z1-9]{${PasswordLength}}$`),
        );
      }),
    );
  });

  test('puts the password into the template under its key', () => {
    const spec = { SecretStringTemplate: '{"username":"u"}', GenerateStringKey: 'password' };
    expect(JSON.parse(generateSecret(spec))).toEqual({
      username: 'u',
      password: expect.stringMatching(/^.{32}$/) as string,
    });
  });

  test('never makes the same twice', () => {
    expect(generateSecret({})).not.toBe(generateSecret({}));
  });
});

describe('resolveDynamic', () => {
  const secrets = [
    { name: 'm/origin', regions: [], value: 'plain' },
    { name: 'm/master', regions: [], value: '{"username":"u","password":"p"}' },
  ];
  test.each([
    ['{{resolve:secretsmanager:m/origin:SecretString:::}}', 'plain'],
    ['{{resolve:secretsmanager:m/origin}}', 'plain'],
    ['a {{resolve:secretsmanager:m/master:SecretString:password::}} b', 'a p b'],
    ['{{resolve:secretsmanager:m/unknown:SecretString:::}}', undefined],
    ['{{resolve:secretsmanager:m/master:SecretString:unknown::}}', undefined],
  ])('makes of %s: %s', (text, value) => {
    expect(resolveDynamic(text, secrets)).toBe(value ?? text);
  });
});

import { randomInt } from 'node:crypto';
import type { Json, JsonObject } from '../../../assembly';
import { isJsonObject } from '../../../assembly';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, raw } from './reader';

/** A secret's value for this twin, and the Regions that hold it. */
export interface PlannedSecret {
  readonly name: string;
  readonly regions: readonly string[];
  readonly value: string;
}

export function planSecrets(reader: TemplateReader): readonly PlannedSecret[] {
  return reader.resources('AWS::SecretsManager::Secret').map((resource) => {
    const replicas = asList(raw(resource, ['ReplicaRegions'])).map((replica) =>
      asText(reader.evaluate(resource, asObject(replica)['Region'], 'ReplicaRegions')),
    );
    const literal = reader.text(resource, 'SecretString');
    const generate = reader.value(resource, 'GenerateSecretString');
    return {
      name: reader.text(resource, 'Name') ?? resource.logicalId,
      regions: [resource.stack.region, ...replicas],
      value: literal ?? generateSecret(asObject(generate)),
    };
  });
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * What Secrets Manager makes of `GenerateSecretString`: every kind of character that is not
 * excluded appears at least once.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html
 */
export function generateSecret(spec: JsonObject): string {
  const excluded = typeof spec['ExcludeCharacters'] === 'string' ? spec['ExcludeCharacters'] : '';
  const kind = (characters: string, flag: string) =>
    isTrue(spec[flag])
      ? ''
      : Array.from(characters)
          .filter((one) => !excluded.includes(one))
          .join('');
  const kinds = [
    kind(LOWER, 'ExcludeLowercase'),
    kind(LOWER.toUpperCase(), 'ExcludeUppercase'),
    kind(DIGITS, 'ExcludeNumbers'),
    kind(PUNCTUATION, 'ExcludePunctuation'),
    isTrue(spec['IncludeSpace']) ? ' ' : '',
  ].filter((characters) => characters !== '');
  const length = Number(spec['PasswordLength'] ?? 32);
  const password = randomText(kinds, length);
  const key = spec['GenerateStringKey'];
  if (typeof key !== 'string') return password;
  const template: unknown = JSON.parse(
    typeof spec['SecretStringTemplate'] === 'string' ? spec['SecretStringTemplate'] : '{}',
  );
  return JSON.stringify({ ...(isJsonObject(template) ? template : {}), [key]: password });
}

function randomText(kinds: readonly string[], length: number): string {
  const all = kinds.join('');
  const characters = Array.from({ length }, (_, at) => pick(kinds[at] ?? all));
  for (let at = characters.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [characters[at], characters[other]] = [characters[other] ?? '', characters[at] ?? ''];
  }
  return characters.join('');
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] ?? '';
}

function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true';
}

/** `{{resolve:secretsmanager:NAME:SecretString:JSON_KEY:STAGE:VERSION}}` */
const DYNAMIC =
  /\{\{resolve:secretsmanager:([^}:]+)(?::SecretString(?::([^}:]*))?(?::[^}]*)?)?\}\}/g;

/** Puts the values of secrets where a text refers to them; unknown ones stay as they are. */
export function resolveDynamic(text: string, secrets: readonly PlannedSecret[]): string {
  return text.replace(DYNAMIC, (reference: string, name: string, key: string | undefined) => {
    const secret = secrets.find((candidate) => candidate.name === name);
    if (secret === undefined) return reference;
    if (key === undefined || key === '') return secret.value;
    const field = (JSON.parse(secret.value) as JsonObject)[key];
    return field === undefined ? reference : asText(field);
  });
}

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse } from 'yaml';
import type { CollectionTag, ScalarTag } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import { AssemblyError } from '../assembly-error';
import { isJsonObject, type JsonObject } from '../json';
import { readJsonObject } from './read-json';

export const TEMPLATE_EXTENSIONS: readonly string[] = ['.json', '.yaml', '.yml', '.template'];

/** Short forms of intrinsic functions; `!Ref` and `!Condition` have no `Fn::` in the long one. */
const FUNCTIONS = [
  'And', 'Base64', 'Cidr', 'Contains', 'Equals', 'FindInMap', 'ForEach', 'GetAtt', 'GetAZs',
  'GetStackOutput', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'Select', 'Split', 'Sub',
  'ToJsonString', 'Transform',
]; // prettier-ignore
const LONG = new Map([
  ['Ref', 'Ref'],
  ['Condition', 'Condition'],
  ...FUNCTIONS.map((name) => [name, `Fn::${name}`] as const),
]);

const TAGS = [...LONG].flatMap(([short, long]): (ScalarTag | CollectionTag)[] => [
  { tag: `!${short}`, resolve: (text) => ({ [long]: text }) },
  ...(['map', 'seq'] as const).map((collection): CollectionTag => ({
    tag: `!${short}`,
    collection,
    resolve: (node) => {
      if (!isMap(node) && !isSeq(node) && !isScalar(node)) return node;
      // Scalars below keep their own tags: they are converted when the whole document is.
      return { [long]: node };
    },
  })),
]);

/** Whether a file may be a template: cheap, so that other JSON and YAML files are passed over. */
export function looksLikeTemplate(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8');
    return (
      /^\s*["']?(Resources|AWSTemplateFormatVersion)["']?\s*:/m.test(text) ||
      /\{\s*"Resources"\s*:/.test(text)
    );
  } catch {
    return true; // Reading it again says what is wrong.
  }
}

/** A template as JSON, from JSON or YAML. @throws AssemblyError */
export function readTemplate(file: string, what: string): JsonObject {
  if (extname(file) === '.json') return readJsonObject(file, what);
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'), { customTags: TAGS, logLevel: 'error' });
    value = JSON.parse(JSON.stringify(value ?? null));
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new AssemblyError(file, `is not YAML: ${String(line)}`);
  }
  if (!isJsonObject(value)) throw new AssemblyError(file, `${what} must be an object`);
  return value;
}

import { readFileSync } from 'node:fs';
import { AssemblyError } from '../assembly-error';
import { isJsonObject, type Json, type JsonObject } from '../json';

/** Reads a file that must hold a JSON object. */
export function readJsonObject(file: string, what: string): JsonObject {
  const value = parse(file, read(file, what));
  if (!isJsonObject(value)) {
    throw new AssemblyError(file, `${what} must be a JSON object, got ${describe(value)}`);
  }
  return value;
}

/** A section that must be an object where it is present. */
export function section(file: string, holder: JsonObject, name: string, path = name): JsonObject {
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  if (value === undefined) return {};
  if (!isJsonObject(value)) {
    throw new AssemblyError(file, `${path} must be an object, got ${describe(value)}`);
  }
  return value;
}

/** A string that must be a string where it is present. */
export function text(
  file: string,
  holder: JsonObject,
  name: string,
  path: string,
): string | undefined {
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  if (value !== undefined && typeof value !== 'string') {
    throw new AssemblyError(file, `${path} must be a string, got ${describe(value)}`);
  }
  return value;
}

/** A string that must be present and not empty. */
export function requiredText(file: string, holder: JsonObject, name: string, path: string): string {
  const value = text(file, holder, name, path);
  if (value === undefined || value === '') throw new AssemblyError(file, `${path} is missing`);
  return value;
}

function describe(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return `a ${typeof value}`;
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const problem = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
    throw new AssemblyError(file, `${problem}; it should be ${what}`);
  }
}

function parse(file: string, content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch (error) {
    throw new AssemblyError(file, `is not JSON: ${(error as Error).message}`);
  }
}

import { isDeepStrictEqual } from 'node:util';
import type { Answer, Json } from './api';

/** An expectation of the contract that the service did not meet. */
export class Unmet extends Error {
  public override readonly name = 'Unmet';
}

export function expectStatus(answer: Answer, status: number): void {
  if (answer.status === status) return;
  const body = JSON.stringify(answer.body).slice(0, 300);
  throw new Unmet(`${answer.request}: expected status ${status}, got ${answer.status} ${body}`);
}

/** An error of the contract: its status, and the first message of one field. */
export function expectError(answer: Answer, status: number, field: string, message?: string): void {
  expectStatus(answer, status);
  const first: unknown = answer.body?.errors?.[field]?.[0];
  if (typeof first !== 'string' || (message !== undefined && first !== message))
    throw new Unmet(
      `${answer.request}: expected errors.${field}[0] ${message === undefined ? 'to be a text' : JSON.stringify(message)}, ` +
        `got ${JSON.stringify(answer.body).slice(0, 300)}`,
    );
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Unmet(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

export function expectTrue(condition: boolean, what: string): void {
  if (!condition) throw new Unmet(what);
}

/** Exactly these properties, in any order. */
export function expectShape(value: Json, properties: readonly string[], what: string): void {
  expectEqual(Object.keys(value ?? {}).sort(), [...properties].sort(), `properties of ${what}`);
}

function show(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value).slice(0, 300);
}

/** A JSON value. Templates never hold `null`; `resolve` uses it for a property that is absent. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for a JSON object: neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a JSON list. */
export function isJsonList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** An own property, never an inherited one: templates may use names such as `constructor`. */
export function property(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

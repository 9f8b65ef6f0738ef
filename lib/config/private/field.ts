import { DeclarationError } from '../faults';
import type { Fault } from '../faults';
import { describe, isList, quote } from './describe';
import { nearest } from '../nearest';

/** Longest list that any property takes; longer ones are refused unread. */
const LONGEST_LIST = 64;

/** What a scalar must be: a test, and the sentence that tells a person the same. */
export interface Rule<T> {
  readonly allowed: string;
  readonly accepts: (value: unknown) => value is T;
}

/** Gives the field of a property by name; an absent property is a field without a value. */
export type Properties = (name: string) => Field;

/**
 * A value somewhere in a declaration, with its path. All fields of one declaration report to one
 * list, and a faulty field answers its fallback, so that every fault is found in one pass.
 */
export class Field {
  public constructor(
    public readonly path: string,
    public readonly value: unknown,
    private readonly faults: Fault[] = [],
  ) {}

  public get present(): boolean {
    return this.value !== undefined;
  }

  /** Whether a fault was reported here or below. */
  public get faulty(): boolean {
    return this.faults.some(({ path }) => path === this.path || path.startsWith(`${this.path}.`));
  }

  /** A place below, for a fault that shows only when values are taken together. */
  public below(path: string): Field {
    return new Field(`${this.path}.${path}`, undefined, this.faults);
  }

  /** Reports a fault here. */
  public reject(allowed: string, found = describe(this.value)): void {
    this.faults.push({ path: this.path, found, allowed });
  }

  /** @throws DeclarationError if any field of this declaration was rejected */
  public throwIfFaulty(): void {
    if (this.faults.length > 0) this.fail();
  }

  /** @throws DeclarationError with all faults of this declaration */
  public fail(): never {
    throw new DeclarationError(this.faults);
  }

  /** The value if it obeys the rule; else reports it, absence included, and gives the fallback. */
  public require<T>(rule: Rule<T>, fallback: T): T {
    if (rule.accepts(this.value)) return this.value;
    this.reject(rule.allowed);
    return fallback;
  }

  /** Like {@link require}, but an absent value is the default and no fault. */
  public optional<T>(rule: Rule<T>, byDefault: T): T {
    return this.present ? this.require(rule, byDefault) : byDefault;
  }

  /** The name of something declared elsewhere; `undefined` where there is none to rely on. */
  public reference(to: readonly string[], what: string): string | undefined {
    if (typeof this.value === 'string' && to.includes(this.value)) return this.value;
    const known = to.length === 0 ? 'none is declared' : to.join(', ');
    this.reject(`${what}: ${known}`);
    return undefined;
  }

  /** Fields of an object that has these properties and no others. */
  public properties(names: readonly string[]): Properties | undefined {
    const entries = this.entries(`an object; its properties: ${names.join(', ')}`);
    if (entries === undefined) return undefined;
    for (const [name, field] of entries) {
      if (!names.includes(name)) field.reject(suggest(name, names), 'an unknown property');
    }
    const fields = new Map(entries);
    return (name) => fields.get(name) ?? this.child(name, undefined);
  }

  /** Fields of a map keyed by names that somebody chose; it has at least one. */
  public map(what: string): readonly (readonly [string, Field])[] | undefined {
    const allowed = `an object with at least one ${what}, keyed by name`;
    const entries = this.entries(allowed);
    if (entries?.length === 0) this.reject(allowed, 'an empty object');
    return entries;
  }

  /** Like {@link map}, but it may be empty. */
  public anyMap(what: string): readonly (readonly [string, Field])[] | undefined {
    return this.entries(`an object, each ${what} keyed by name`);
  }

  /** Fields of a short list. */
  public list(allowed: string): readonly Field[] | undefined {
    const { value } = this;
    try {
      if (isList(value) && value.length <= LONGEST_LIST) {
        return Array.from(value, (item, index) => this.child(String(index), item));
      }
    } catch {
      // A getter or a proxy that throws: not data, so not allowed.
    }
    this.reject(allowed);
    return undefined;
  }

  private entries(allowed: string): (readonly [string, Field])[] | undefined {
    const { value } = this;
    try {
      if (typeof value === 'object' && value !== null && !isList(value)) {
        return Object.entries(value).map(([name, item]) => [name, this.child(name, item)] as const);
      }
    } catch {
      this.reject(`${allowed}, as plain data`, 'an object that cannot be read');
      return undefined;
    }
    this.reject(allowed);
    return undefined;
  }

  private child(name: string, value: unknown): Field {
    const shown = /^[\w-]{1,80}$/.test(name) ? name : `[${quote(name)}]`;
    const path = this.path === '' ? shown : `${this.path}.${shown}`;
    return new Field(path, value, this.faults);
  }
}

function suggest(name: string, names: readonly string[]): string {
  const likely = nearest(name, names);
  return likely.length > 0 ? `${likely.join(', ')} (nearest)` : names.join(', ');
}

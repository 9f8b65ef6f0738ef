import type { StackFixture } from '../assembly/fixture';

export interface ResourceFixture {
  Type: string;
  Properties?: object;
  [attribute: string]: unknown;
}

export interface TemplateFixture {
  Resources: Record<string, ResourceFixture>;
  [section: string]: unknown;
}

export type Stacks = Record<string, StackFixture & { template: TemplateFixture }>;

type Node = Record<string, unknown>;

/** Changes templates in place: a resource by its key, a property by its dotted path. */
export class Change {
  public constructor(public readonly stacks: Stacks) {}

  public get(key: string, path = ''): unknown {
    return path === ''
      ? this.resource(key)
      : path.split('.').reduce<unknown>((at, part) => (at as Node)[part], this.properties(key));
  }

  public set(key: string, path: string, value: unknown): void {
    const parts = path.split('.');
    const last = parts.pop()!;
    const holder = parts.reduce((at, part) => (at[part] ??= {}) as Node, this.properties(key));
    holder[last] = value;
  }

  /** An attribute beside the properties, such as `DeletionPolicy`. */
  public attribute(key: string, name: string, value: unknown): void {
    const resource = this.resource(key);
    if (value === undefined) Reflect.deleteProperty(resource, name);
    else resource[name] = value;
  }

  /** Takes out a property, or without a path the resource. */
  public drop(key: string, path?: string): void {
    if (path === undefined) {
      Reflect.deleteProperty(this.template(key).Resources, key.split('/').pop()!);
      return;
    }
    const parts = path.split('.');
    const last = parts.pop()!;
    const holder = parts.reduce<unknown>((at, part) => (at as Node)[part], this.properties(key));
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else Reflect.deleteProperty(holder as Node, last);
  }

  public add(key: string, resource: ResourceFixture): void {
    this.template(key).Resources[key.split('/').pop()!] = resource;
  }

  private properties(key: string): Node {
    return (this.resource(key).Properties ??= {}) as Node;
  }

  private resource(key: string): ResourceFixture {
    const found = this.template(key).Resources[key.split('/').pop()!];
    if (found === undefined) throw new Error(`no resource ${key}`);
    return found;
  }

  private template(key: string): TemplateFixture {
    const stack = this.stacks[key.slice(0, key.lastIndexOf('/'))];
    if (stack === undefined) throw new Error(`no stack for ${key}`);
    return stack.template;
  }
}

export const resource = (
  Type: string,
  Properties: object = {},
  rest: object = {},
): ResourceFixture => ({ Type, Properties, ...rest });

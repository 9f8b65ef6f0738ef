import type { Answer, Assembly, AssemblyResource, Json, JsonObject } from '../../../assembly';
import { isJsonList, isJsonObject } from '../../../assembly';
import type { ResourceAttribute } from '../../../assembly';

/** A template that the twin cannot run: names the resource, the property and the reason. */
export class PlanError extends Error {
  public override readonly name = 'PlanError';

  public constructor(resource: string, problem: string) {
    super(`the twin cannot run ${resource}: ${problem}`);
  }
}

/** Reads properties of an assembly's resources with the twin's own answers to symbols. */
export class TemplateReader {
  public constructor(
    public readonly assembly: Assembly,
    private readonly answer: Answer = () => undefined,
    /** Applied to every text that is read, for dynamic references and local addresses. */
    private readonly rewrite: (text: string) => string = (text) => text,
  ) {}

  /** Resources of a type that exist under their conditions, in the order of the manifest. */
  public resources(type: string, region?: string): readonly AssemblyResource[] {
    const filter = { type, ...(region === undefined ? {} : { region }) };
    return this.assembly.resources(filter).filter(({ included }) => included !== false);
  }

  /** @returns null where the property is absent. @throws PlanError where it cannot be determined */
  public value(resource: AssemblyResource, ...path: readonly string[]): Json {
    return this.evaluate(resource, raw(resource, path), path.join('.'));
  }

  /** Evaluates part of a resource's template. @throws PlanError where it cannot be determined */
  public evaluate(resource: AssemblyResource, value: unknown, where: string): Json {
    if (value === undefined) return null;
    const resolution = this.assembly.resolve(value, resource, this.answer);
    if (resolution.kind === 'known') return this.rewritten(resolution.value);
    if (resolution.kind === 'unknown') {
      throw new PlanError(resource.key, `${where}: ${resolution.reason}`);
    }
    const known = this.answer(resolution.symbol) ?? resolution.value;
    if (known !== undefined) return this.rewritten(known);
    const { resource: key, attribute } = resolution.symbol;
    throw new PlanError(resource.key, `${where} is the ${attribute} of ${key}, which it lacks`);
  }

  public text(resource: AssemblyResource, ...path: readonly string[]): string | undefined {
    const value = this.value(resource, ...path);
    return value === null ? undefined : asText(value);
  }

  /** @throws PlanError where it is absent */
  public needed(resource: AssemblyResource, ...path: readonly string[]): string {
    const text = this.text(resource, ...path);
    if (text === undefined) throw new PlanError(resource.key, `${path.join('.')} is missing`);
    return text;
  }

  /** The resource that a property refers to. */
  public target(
    resource: AssemblyResource,
    value: unknown,
  ): { readonly resource: AssemblyResource; readonly attribute: string } | undefined {
    if (value === undefined) return undefined;
    const resolution = this.assembly.resolve(value, resource);
    if (resolution.kind !== 'symbol') return undefined;
    return this.lookUp(resolution.symbol);
  }

  private lookUp(symbol: ResourceAttribute) {
    const resource = this.assembly.resource(symbol.resource);
    return resource === undefined ? undefined : { resource, attribute: symbol.attribute };
  }

  private rewritten(value: Json): Json {
    if (typeof value === 'string') return this.rewrite(value);
    if (isJsonList(value)) return value.map((item) => this.rewritten(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.rewritten(item)]),
    );
  }
}

/** A property as it is written. */
export function raw(resource: AssemblyResource, path: readonly string[]): Json | undefined {
  let value: Json | undefined = resource.properties;
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  return value;
}

export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function asList(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : [];
}

export function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

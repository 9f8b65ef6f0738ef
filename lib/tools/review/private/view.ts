import type { Assembly, AssemblyResource, Edge, Json, JsonObject } from '../../assembly';
import { isJsonList, isJsonObject, property } from '../../assembly';
import type { Intent } from '../model';
import { isUnknown, markerOf, markersIn, UNKNOWN } from './markers';

/** Deepest nesting of properties that is read. */
const DEEPEST = 60;

/**
 * The assembly as rules see it: properties with intrinsic functions evaluated as far as they can be,
 * references as markers, and who refers to whom in both directions. Everything is computed once.
 */
export class View {
  private readonly plain = new Map<string, JsonObject>();
  private readonly byType = new Map<string, readonly AssemblyResource[]>();
  private readonly determined = new Map<string, string | undefined>();
  private readonly memos = new Map<(view: View) => unknown, unknown>();
  private outgoing: ReadonlyMap<string, readonly Edge[]> | undefined;
  private incoming: ReadonlyMap<string, readonly Edge[]> | undefined;

  public constructor(
    public readonly assembly: Assembly,
    public readonly intent: Intent = {},
  ) {}

  /** Resources of these types that may exist, in the order of the manifest; all without a type. */
  public all(...types: readonly string[]): readonly AssemblyResource[] {
    if (types.length === 0) return this.assembly.resources().filter((it) => it.included !== false);
    return types.flatMap((type) => {
      let found = this.byType.get(type);
      if (found === undefined) {
        found = this.assembly.resources({ type }).filter((it) => it.included !== false);
        this.byType.set(type, found);
      }
      return found;
    });
  }

  /** A value computed from this view, once. */
  public once<T>(compute: (view: View) => T): T {
    if (!this.memos.has(compute)) this.memos.set(compute, compute(this));
    return this.memos.get(compute) as T;
  }

  /** Properties of a resource, evaluated; what cannot be known is a marker. */
  public props(resource: AssemblyResource): JsonObject {
    let props = this.plain.get(resource.key);
    if (props === undefined) {
      const value = this.evaluate(resource.properties, resource, 0);
      props = isJsonObject(value) ? value : {};
      this.plain.set(resource.key, props);
    }
    return props;
  }

  /** The value at a dotted path; undefined where absent. It may be, or hold, markers. */
  public at(resource: AssemblyResource, path: string): Json | undefined {
    return within(this.props(resource), path);
  }

  /** Whether anything is set at a path, known or not. */
  public has(resource: AssemblyResource, path: string): boolean {
    return this.at(resource, path) !== undefined;
  }

  /** Text at a path with names of resources filled in; undefined where absent or not known. */
  public text(resource: AssemblyResource, path: string): string | undefined {
    return this.textOf(this.at(resource, path));
  }

  /** A number at a path, also where the template writes it as text. */
  public number(resource: AssemblyResource, path: string): number | undefined {
    return numberOf(this.at(resource, path));
  }

  /** True or false at a path, also where the template writes it as text. */
  public flag(resource: AssemblyResource, path: string): boolean | undefined {
    const value = this.at(resource, path);
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : undefined;
  }

  /** Items at a path; empty where absent or not a list. */
  public list(resource: AssemblyResource, path: string): readonly Json[] {
    const value = this.at(resource, path);
    return isJsonList(value) ? value : [];
  }

  /** Whether the value at a path is set but cannot be known before deployment. */
  public unknown(resource: AssemblyResource, path: string): boolean {
    return isUnknown(this.at(resource, path));
  }

  /** A text whose markers have given way to names; undefined where one has none. */
  public textOf(value: Json | undefined): string | undefined {
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value !== 'string' || isUnknown(value)) return undefined;
    if (!value.includes('\uE000')) return value;
    const missing: string[] = [];
    const text = value.replace(/\uE000[^\uE002]*\uE002/g, (marker) => {
      const name = this.nameOf(marker);
      if (name === undefined) missing.push(marker);
      return name ?? '';
    });
    return missing.length > 0 ? undefined : text;
  }

  /** Resources whose markers a value holds. */
  public refs(value: Json | undefined): readonly AssemblyResource[] {
    return markersIn(value).flatMap(({ key }) => this.assembly.resource(key) ?? []);
  }

  /** Edges that leave a resource, below a path where one is given. */
  public edgesFrom(resource: AssemblyResource, path = ''): readonly Edge[] {
    this.outgoing ??= groupBy(this.assembly.edges, ({ from }) => from);
    const edges = this.outgoing.get(resource.key) ?? [];
    return path === '' ? edges : edges.filter((edge) => isBelow(edge.path, path));
  }

  public edgesTo(resource: AssemblyResource): readonly Edge[] {
    this.incoming ??= groupBy(this.assembly.edges, ({ to }) => to);
    return this.incoming.get(resource.key) ?? [];
  }

  /** Resources that a resource refers to, by reference, name or ARN, below a path. */
  public out(resource: AssemblyResource, path = ''): readonly AssemblyResource[] {
    const keys = new Set(this.edgesFrom(resource, path).map(({ to }) => to));
    return [...keys].flatMap((key) => this.existing(key));
  }

  /** Resources that refer to a resource; of one type where it is given. */
  public into(resource: AssemblyResource, type?: string): readonly AssemblyResource[] {
    const keys = new Set(this.edgesTo(resource).map(({ from }) => from));
    const found = [...keys].flatMap((key) => this.existing(key));
    return type === undefined ? found : found.filter((it) => it.type === type);
  }

  private existing(key: string): readonly AssemblyResource[] {
    const resource = this.assembly.resource(key);
    return resource === undefined || resource.included === false ? [] : [resource];
  }

  private evaluate(value: Json, at: AssemblyResource, depth: number): Json | undefined {
    if (depth > DEEPEST) return UNKNOWN;
    if (isJsonList(value)) {
      return value.flatMap((item) => this.evaluate(item, at, depth + 1) ?? []);
    }
    if (!isJsonObject(value)) return value ?? undefined;
    const [name, ...others] = Object.keys(value);
    if (name !== undefined && others.length === 0 && /^(Ref$|Fn::)/.test(name)) {
      return this.intrinsic(value, at);
    }
    const entries = Object.entries(value).flatMap(([key, item]) => {
      const evaluated = this.evaluate(item, at, depth + 1);
      return evaluated === undefined ? [] : [[key, evaluated] as const];
    });
    return Object.fromEntries(entries);
  }

  private intrinsic(value: JsonObject, at: AssemblyResource): Json | undefined {
    const resolution = this.assembly.resolve(value, at, markerOf);
    if (resolution.kind !== 'known') return UNKNOWN;
    return resolution.value ?? undefined;
  }

  /** The name or ARN that a marker stands for, where templates determine it. */
  private nameOf(marker: string): string | undefined {
    if (!this.determined.has(marker)) {
      const [symbol] = markersIn(marker);
      const resource = symbol && this.assembly.resource(symbol.key);
      const name =
        resource &&
        this.assembly.resolve(
          symbol.attribute === 'Ref'
            ? { Ref: resource.logicalId }
            : { 'Fn::GetAtt': [resource.logicalId, symbol.attribute] },
          resource,
        );
      const value = name?.kind === 'symbol' ? name.value : undefined;
      this.determined.set(marker, typeof value === 'string' ? value : undefined);
    }
    return this.determined.get(marker);
  }
}

/** The value at a dotted path of a plain value. */
export function within(value: Json | undefined, path: string): Json | undefined {
  let found = value;
  for (const part of path.split('.')) {
    if (!isJsonObject(found)) return undefined;
    found = property(found, part);
  }
  return found;
}

export function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

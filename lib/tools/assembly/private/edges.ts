import { isJsonList, isJsonObject, type Json } from '../json';
import type { Assembly, AssemblyResource, Edge, ResourceAttribute } from '../model';
import { identityOf } from './identities';
import { NameIndex } from './name-index';

/** Deepest nesting of properties that is searched; CloudFormation's own limit is far below. */
const DEEPEST = 200;
/** What describes a resource for people is not a reference. */
const DESCRIPTIVE = new Set(['Tags', 'TagSpecifications', 'Description', 'Comment']);

/** All edges, in the order of resources and properties; one per pair, kind and path. */
export function findEdges(assembly: Assembly): readonly Edge[] {
  const names = new NameIndex(assembly);
  return assembly.resources().flatMap((from) => new EdgeSearch(assembly, names, from).run());
}

/** The search through one resource's properties. */
class EdgeSearch {
  private readonly found = new Map<string, Edge>();
  private readonly ownName: string | undefined;

  public constructor(
    private readonly assembly: Assembly,
    private readonly names: NameIndex,
    private readonly from: AssemblyResource,
  ) {
    this.ownName = identityOf(from)?.property;
  }

  public run(): Edge[] {
    for (const [name, value] of Object.entries(this.from.properties)) {
      this.visit(value, name, 1, !DESCRIPTIVE.has(name) && name !== this.ownName);
    }
    return [...this.found.values()];
  }

  /** @param named whether texts here may name another resource */
  private visit(value: Json, path: string, depth: number, named: boolean): void {
    if (typeof value === 'string') {
      if (named) this.match(value, path);
    } else if (isIntrinsic(value)) {
      this.follow(value, path, named);
    } else if (depth < DEEPEST && isJsonList(value)) {
      value.forEach((entry, at) => {
        this.visit(entry, `${path}[${at}]`, depth + 1, named);
      });
    } else if (depth < DEEPEST && isJsonObject(value)) {
      for (const [key, entry] of Object.entries(value)) {
        this.visit(entry, `${path}.${key}`, depth + 1, named && !DESCRIPTIVE.has(key));
      }
    }
  }

  /** Evaluation asks for every attribute it meets, so asking back tells what a function refers to. */
  private follow(value: Json, path: string, named: boolean): void {
    const met: ResourceAttribute[] = [];
    const resolution = this.assembly.resolve(value, this.from, (symbol) => {
      met.push(symbol);
      return undefined;
    });
    for (const symbol of met) this.add(symbol.resource, this.kindOf(symbol), path);
    if (named && resolution.kind === 'known') this.visit(resolution.value, path, DEEPEST - 2, true);
  }

  private kindOf(symbol: ResourceAttribute): Edge['kind'] {
    const to = this.assembly.resource(symbol.resource);
    if (to?.stack !== this.from.stack) return 'output';
    return symbol.attribute === 'Ref' ? 'ref' : 'getatt';
  }

  private match(text: string, path: string): void {
    for (const { resource, kind } of this.names.find(text, this.from.stack)) {
      this.add(resource.key, kind, path);
    }
  }

  private add(to: string, kind: Edge['kind'], path: string): void {
    if (to === this.from.key) return;
    const byReference = kind === 'name' || kind === 'arn';
    // A reference that also evaluates to the name says nothing new by the name.
    const said = ['ref', 'getatt', 'output'].some((it) => this.found.has(`${it}\n${to}\n${path}`));
    if (byReference && said) return;
    this.found.set(`${kind}\n${to}\n${path}`, { from: this.from.key, to, kind, path });
  }
}

function isIntrinsic(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && /^(Ref$|Fn::)/.test(keys[0] ?? '');
}

import type { Answer, Assembly, AssemblyResource, AssemblyStack, Edge } from '../model';
import type { Resolution, ResourceFilter } from '../model';
import { CrossStackValues } from './cross-stack-values';
import { findEdges } from './edges';
import { Evaluation } from './evaluation';
import type { Draft } from './stack';

/** The assembly in memory: indexes over its stacks, and the entry to evaluation and edges. */
export class AssemblyGraph implements Assembly {
  public readonly stacks: ReadonlyMap<string, AssemblyStack>;
  private readonly all: AssemblyResource[] = [];
  private readonly byKey = new Map<string, AssemblyResource>();
  private readonly byType = new Map<string, AssemblyResource[]>();
  private readonly crossStack: CrossStackValues;
  private foundEdges: readonly Edge[] | undefined;

  public constructor(
    public readonly directory: string,
    stacks: readonly AssemblyStack[],
  ) {
    this.stacks = new Map(stacks.map((stack) => [stack.id, stack]));
    for (const stack of stacks) {
      for (const resource of stack.resources.values()) this.add(resource);
    }
    this.crossStack = new CrossStackValues(this);
    for (const resource of this.all) {
      if (resource.condition !== undefined) (resource as Draft).included = this.holds(resource);
    }
  }

  public get edges(): readonly Edge[] {
    this.foundEdges ??= findEdges(this);
    return this.foundEdges;
  }

  public resources(filter: ResourceFilter = {}): readonly AssemblyResource[] {
    const { type, stack, region } = filter;
    const candidates = type === undefined ? this.all : (this.byType.get(type) ?? []);
    if (stack === undefined && region === undefined) return candidates;
    return candidates.filter(
      (it) =>
        (stack === undefined || it.stack.id === stack) &&
        (region === undefined || it.stack.region === region),
    );
  }

  public resource(key: string): AssemblyResource | undefined {
    return this.byKey.get(key);
  }

  public resolve(
    value: unknown,
    at: AssemblyStack | AssemblyResource,
    answer?: Answer,
  ): Resolution {
    return this.evaluation(answer).resolve(value, 'logicalId' in at ? at.stack : at);
  }

  private add(resource: AssemblyResource): void {
    this.all.push(resource);
    this.byKey.set(resource.key, resource);
    const sameType = this.byType.get(resource.type);
    if (sameType === undefined) this.byType.set(resource.type, [resource]);
    else sameType.push(resource);
  }

  private holds(resource: AssemblyResource): boolean | 'unknown' {
    const { condition, stack } = resource;
    if (condition === undefined) return true;
    return this.evaluation().condition(condition, stack) ?? 'unknown';
  }

  private evaluation(answer?: Answer): Evaluation {
    return new Evaluation(this.crossStack, answer);
  }
}

import { isDeepStrictEqual } from 'node:util';
import type { Assembly, AssemblyResource } from '../assembly';
import type { Change, Comparison, Reason } from './model';
import { physicalName } from './private/physical-name';
import { strongRefusal } from './private/replicas';
import { isStateful, rulesOf } from './rules';

/** A resource by its logical id, in the stack of the same name and Region on both sides. */
interface Pair {
  readonly before: AssemblyResource | undefined;
  readonly after: AssemblyResource | undefined;
}

/**
 * What deploying one assembly over another would do to each resource, by CloudFormation's rules of
 * replacement. Stacks are the same where name and Region are; values are compared as CloudFormation
 * would see them, as far as templates tell.
 */
export function compareAssemblies(before: Assembly, after: Assembly): Comparison {
  const pairs = pairUp(before, after);
  const replaced = new Map<string, Reason>();
  const compare = new Comparer(before, after, replaced);
  // A replaced resource may replace those that refer to it by a property that is fixed.
  for (let size = -1; size !== replaced.size;) {
    size = replaced.size;
    for (const pair of pairs) compare.findReplacement(pair);
  }
  return {
    changes: pairs.flatMap((pair) => compare.changeOf(pair) ?? []),
    unknownTypes: [
      ...new Set(pairs.flatMap(({ after: it }) => (it && !rulesOf(it.type) ? [it.type] : []))),
    ].sort(),
  };
}

class Comparer {
  public constructor(
    private readonly before: Assembly,
    private readonly after: Assembly,
    /** By key of the resource after. */
    private readonly replaced: Map<string, Reason>,
  ) {}

  public findReplacement({ before, after }: Pair): void {
    if (before === undefined || after === undefined || this.replaced.has(after.key)) return;
    const reason = this.reasonOf(before, after);
    if (reason !== undefined) this.replaced.set(after.key, reason);
  }

  public changeOf({ before, after }: Pair): Change | undefined {
    if (after === undefined) return before && describe('removed', before, this.before);
    if (before === undefined) return describe('added', after, this.after);
    const reason = this.replaced.get(after.key);
    const properties = changedProperties(before, after);
    if (reason !== undefined) {
      return {
        ...describe(reason.outcome, after, this.after),
        properties,
        because: reason.because,
      };
    }
    return properties.length === 0
      ? undefined
      : { ...describe('changed', after, this.after), properties };
  }

  private reasonOf(before: AssemblyResource, after: AssemblyResource): Reason | undefined {
    if (before.type !== after.type) {
      return { outcome: 'replaced', because: `it was of type ${before.type}` };
    }
    const strong = strongRefusal([before, this.before], [after, this.after]);
    if (strong !== undefined) return { outcome: 'refused', because: strong };
    const rules = rulesOf(after.type);
    if (rules === undefined) return undefined;
    for (const outcome of ['refused', 'replaced', 'perhaps'] as const) {
      for (const property of rules[outcome]) {
        const because = this.differs(property, before, after);
        if (because !== undefined) return { outcome: outcomes[outcome], because };
      }
    }
    return undefined;
  }

  /** Why a property is another one now; `undefined` where it is the same. */
  private differs(
    property: string,
    before: AssemblyResource,
    after: AssemblyResource,
  ): string | undefined {
    const [was, is] = [before.properties[property], after.properties[property]];
    if (was === undefined && is === undefined) return undefined;
    const then = this.before.resolve(was ?? null, before);
    const now = this.after.resolve(is ?? null, after);
    const target = now.kind === 'symbol' ? now.symbol.resource : undefined;
    if (target !== undefined && this.replaced.get(target)?.outcome === 'replaced') {
      return `${property} refers to ${target}, which is replaced`;
    }
    if (isDeepStrictEqual(then, now)) return undefined;
    // What cannot be resolved is the same where it is written in the same way.
    if (then.kind === 'unknown' && now.kind === 'unknown' && isDeepStrictEqual(was, is)) {
      return undefined;
    }
    return `${property} was ${show(was)}, becomes ${show(is)}`;
  }
}

const outcomes = { refused: 'refused', replaced: 'replaced', perhaps: 'perhaps-replaced' } as const;

function pairUp(before: Assembly, after: Assembly): readonly Pair[] {
  const index = (assembly: Assembly): ReadonlyMap<string, AssemblyResource> =>
    new Map(
      assembly
        .resources()
        .filter(({ included, type }) => included !== false && type !== 'AWS::CDK::Metadata')
        .map((it) => [`${it.stack.region}/${it.stack.name}/${it.logicalId}`, it]),
    );
  const [were, are] = [index(before), index(after)];
  const keys = new Set([...were.keys(), ...are.keys()]);
  return [...keys].map((key) => ({ before: were.get(key), after: are.get(key) }));
}

function changedProperties(before: AssemblyResource, after: AssemblyResource): string[] {
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(before.properties[name], after.properties[name]))
    .sort();
}

function describe(kind: Change['kind'], it: AssemblyResource, assembly: Assembly): Change {
  const name = physicalName(it, assembly);
  return {
    kind,
    stack: it.stack.id,
    region: it.stack.region,
    logicalId: it.logicalId,
    type: it.type,
    ...(name !== undefined && { name }),
    stateful: isStateful(it.type, it.properties),
    kept: it.deletionPolicy?.startsWith('Retain') === true,
    properties: [],
  };
}

function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

import { isJsonList, isJsonObject, property } from '../json';
import type { Assembly, AssemblyResource, AssemblyStack } from '../model';
import { identityOf, type Identity } from './identities';
import { placeOf } from './place';

interface Match {
  readonly resource: AssemblyResource;
  readonly kind: 'name' | 'arn';
}

/** `{{resolve:secretsmanager:NAME_OR_ARN:…}}` and its kin, anywhere in a text. */
const DYNAMIC = /\{\{resolve:(?:secretsmanager|ssm|ssm-secure):([^}]+)\}\}/g;
/** What policies and properties append to an ARN: `/*`, `:*`, `/index/*`, generated characters. */
const ARN_TAIL = /(?:\/index\/\*|\/\*|:\*|-\?{6}|-\*)$/;

/** Who bears which name or ARN. Built once; a look-up costs the same however many there are. */
export class NameIndex {
  private readonly bearers = new Map<string, Match[]>();

  public constructor(assembly: Assembly) {
    for (const resource of assembly.resources()) {
      const identity = identityOf(resource);
      const chosen = identity && property(resource.properties, identity.property);
      if (identity === undefined || chosen === undefined || resource.included === false) continue;
      const name = assembly.resolve(chosen, resource);
      if (name.kind === 'known' && typeof name.value === 'string') {
        this.index(resource, identity, name.value, regionsOf(assembly, resource, identity));
      }
    }
  }

  /** Resources that a text names, seen from a stack: names mean what they mean in its Region. */
  public find(text: string, near: AssemblyStack): readonly Match[] {
    if (text.includes('{{resolve:')) {
      return [...text.matchAll(DYNAMIC)].flatMap(([, target]) => this.dynamic(target ?? '', near));
    }
    if (text.startsWith('arn:')) {
      return this.bearers.get(text) ?? this.bearers.get(text.replace(ARN_TAIL, '')) ?? [];
    }
    const name = normal(text);
    const [here, anywhere] = [near.region, '*'].map((it) => this.bearers.get(scoped(it, name)));
    if (here !== undefined && anywhere !== undefined) return [...here, ...anywhere];
    return here ?? anywhere ?? [];
  }

  private index(
    resource: AssemblyResource,
    identity: Identity,
    name: string,
    regions: readonly string[],
  ): void {
    const scopes = identity.global === true ? ['*'] : regions;
    for (const scope of scopes) this.add(scoped(scope, normal(name)), resource, 'name');
    for (const region of regions) {
      const place = placeOf(resource.stack, region);
      if (identity.arn !== undefined) {
        this.add(identity.arn(name, place).replace(ARN_TAIL, ''), resource, 'arn');
      }
      for (const compute of Object.values(identity.attributes ?? {})) {
        this.add(scoped('*', compute(name, place)), resource, 'name');
      }
    }
  }

  private add(text: string, resource: AssemblyResource, kind: Match['kind']): void {
    const bearers = this.bearers.get(text);
    if (bearers === undefined) this.bearers.set(text, [{ resource, kind }]);
    else bearers.push({ resource, kind });
  }

  /** The target is a name or ARN, then `:SecretString:KEY` and the like. */
  private dynamic(target: string, near: AssemblyStack): readonly Match[] {
    const parts = target.split(':');
    return this.find((parts[0] === 'arn' ? parts.slice(0, 7) : parts.slice(0, 1)).join(':'), near);
  }
}

/** Region names hold no line break. */
function scoped(scope: string, name: string): string {
  return `${scope}\n${name}`;
}

/** Host names may end in a dot. */
function normal(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}

function regionsOf(
  assembly: Assembly,
  resource: AssemblyResource,
  identity: Identity,
): readonly string[] {
  const own = resource.stack.region;
  const listed = identity.replicas && property(resource.properties, identity.replicas);
  const replicas = listed ? assembly.resolve(regionsOnly(listed), resource) : undefined;
  if (replicas?.kind !== 'known' || !isJsonList(replicas.value)) return [own];
  return [...new Set([own, ...replicas.value.filter((it) => typeof it === 'string')])];
}

/** Only the Regions of replicas matter; their keys and tags may be unknown. */
function regionsOnly(replicas: unknown): readonly unknown[] {
  if (!isJsonList(replicas)) return [];
  return replicas.map((replica) => (isJsonObject(replica) ? property(replica, 'Region') : ''));
}

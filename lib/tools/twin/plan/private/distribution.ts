import type { AssemblyResource, Json, JsonObject } from '../../../assembly';
import type {
  EdgeBehavior,
  EdgeConfig,
  EdgeTarget,
  ObjectOrigin,
  OriginPatience,
} from '../../edge';
import { PATIENCE } from '../../edge';
import { planCaching } from './cache-policy';
import type { TemplateReader } from './reader';
import { planResponseHeaders } from './response-headers';
import { asList, asObject, asText, PlanError, raw } from './reader';

export interface EdgePlaces {
  /** Base URL of each Region's load balancer. */
  readonly balancers: Readonly<Record<string, string>>;
  /** Base URL of each Region's stand-ins, which serve the buckets. */
  readonly objects: Readonly<Record<string, string>>;
}

/** What the stand-in of the CDN does, as the distribution says. @throws PlanError for several */
export function planEdge(reader: TemplateReader, places: EdgePlaces): EdgeConfig | undefined {
  const [resource, second] = reader.resources('AWS::CloudFront::Distribution');
  if (resource === undefined) return undefined;
  if (second !== undefined) throw new PlanError(second.key, 'it runs one distribution');
  const config = new DistributionReader(reader, resource, places);
  const behaviors = asList(raw(resource, ['DistributionConfig', 'CacheBehaviors'])).map(asObject);
  return {
    behaviors: behaviors.map((behavior) => ({
      pattern: asText(reader.evaluate(resource, behavior['PathPattern'], 'PathPattern')),
      ...config.behavior(behavior),
    })),
    otherwise: config.behavior(
      asObject(raw(resource, ['DistributionConfig', 'DefaultCacheBehavior'])),
    ),
    rootObject: reader.text(resource, 'DistributionConfig', 'DefaultRootObject') ?? '',
  };
}

/** A load balancer that a distribution reaches in its own network. */
export interface PrivateDoor {
  /** Id of the distribution's origin. */
  readonly origin: string;
  /** Name by which the edge asks for it, the Region's own. */
  readonly host: string;
  readonly balancer: AssemblyResource;
}

export function privateDoors(
  reader: TemplateReader,
  distribution: AssemblyResource,
): readonly PrivateDoor[] {
  return asList(raw(distribution, ['DistributionConfig', 'Origins'])).flatMap((item) => {
    const origin = asObject(item);
    const entrance = asObject(origin['VpcOriginConfig'])['VpcOriginId'];
    const vpcOrigin = reader.target(distribution, entrance)?.resource;
    const balancer =
      vpcOrigin &&
      reader.target(vpcOrigin, raw(vpcOrigin, ['VpcOriginEndpointConfig', 'Arn']))?.resource;
    if (balancer === undefined) return [];
    const text = (name: string) => asText(reader.evaluate(distribution, origin[name], name));
    return [{ origin: text('Id'), host: text('DomainName').toLowerCase(), balancer }];
  });
}

class DistributionReader {
  private readonly origins: ReadonlyMap<string, JsonObject>;
  private readonly groups: ReadonlyMap<string, JsonObject>;

  public constructor(
    private readonly reader: TemplateReader,
    private readonly resource: AssemblyResource,
    private readonly places: EdgePlaces,
  ) {
    const items = (...path: string[]) => asList(raw(resource, ['DistributionConfig', ...path]));
    this.origins = this.byId(items('Origins'));
    this.groups = this.byId(items('OriginGroups', 'Items'));
  }

  public behavior(behavior: JsonObject): Omit<EdgeBehavior, 'pattern'> {
    const id = asText(this.value(behavior['TargetOriginId']));
    const viewerFunction = this.viewerFunction(behavior);
    const policy = this.reader.target(this.resource, behavior['ResponseHeadersPolicyId'])?.resource;
    const caching = planCaching(this.reader, this.resource, behavior);
    return {
      target: this.target(id),
      ...(policy && { responseHeaders: planResponseHeaders(this.reader, policy) }),
      ...(viewerFunction === undefined ? {} : { viewerFunction }),
      ...(caching && { caching }),
    };
  }

  private target(id: string): EdgeTarget {
    const group = this.groups.get(id);
    const members = asList(asObject(group?.['Members'])['Items']);
    const ids =
      group === undefined ? [id] : members.map((it) => asText(asObject(it)['OriginId'] ?? ''));
    const origins = ids.map((origin) => this.origins.get(origin) ?? {});
    const objects = origins.flatMap((origin) => this.objectOrigin(origin) ?? []);
    if (objects.length > 0) {
      const statuses = asObject(asObject(group?.['FailoverCriteria'])['StatusCodes'])['Items'];
      return { kind: 'objects', members: objects, failoverStatuses: asList(statuses).map(Number) };
    }
    const doors = privateDoors(this.reader, this.resource);
    if (doors.some((door) => ids.includes(door.origin))) return this.picked(id, doors);
    return {
      kind: 'balancers',
      host: asText(this.value(origins[0]?.['DomainName'])),
      urls: this.places.balancers,
      headers: this.headersOf(origins),
      patience: this.patienceOf(origins[0]),
    };
  }

  private patienceOf(origin: JsonObject = {}): OriginPatience {
    // Not as a whole: the id of a private origin is known only once it is deployed.
    const read = asObject(origin['CustomOriginConfig'] ?? origin['VpcOriginConfig'] ?? {});
    const number = (value: Json | undefined, otherwise: number) =>
      value === undefined ? otherwise : Number(this.value(value));
    return {
      attempts: number(origin['ConnectionAttempts'], PATIENCE.attempts),
      connectSeconds: number(origin['ConnectionTimeout'], PATIENCE.connectSeconds),
      readSeconds: number(read['OriginReadTimeout'], PATIENCE.readSeconds),
    };
  }

  /** A function may pick any origin that is a private load balancer. */
  private picked(otherwise: string, doors: readonly PrivateDoor[]): EdgeTarget {
    const origins = doors.flatMap(({ origin, balancer }) => {
      const { region } = balancer.stack;
      const url = this.places.balancers[region];
      if (url === undefined) return [];
      const found = this.origins.get(origin) ?? {};
      const headers = this.headersOf([found]);
      return [[origin, { region, url, headers, patience: this.patienceOf(found) }] as const];
    });
    return { kind: 'picked', origins: Object.fromEntries(origins), otherwise };
  }

  private headersOf(origins: readonly JsonObject[]): Readonly<Record<string, string>> {
    const headers = origins.flatMap((origin) => asList(this.value(origin['OriginCustomHeaders'])));
    return Object.fromEntries(
      headers
        .map(asObject)
        .map((it) => [
          asText(it['HeaderName'] ?? '').toLowerCase(),
          asText(it['HeaderValue'] ?? ''),
        ]),
    );
  }

  private objectOrigin(origin: JsonObject): ObjectOrigin | undefined {
    if (origin['S3OriginConfig'] === undefined) return undefined;
    const host = asText(this.value(origin['DomainName']));
    const region = /\.s3\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1] ?? '';
    const url = this.places.objects[region];
    return url === undefined ? undefined : { region, url, host, patience: this.patienceOf(origin) };
  }

  private viewerFunction(behavior: JsonObject): string | undefined {
    const associations = asList(behavior['FunctionAssociations']).map(asObject);
    const viewer = associations.find((it) => it['EventType'] === 'viewer-request');
    const target = this.reader.target(this.resource, viewer?.['FunctionARN'])?.resource;
    return target === undefined ? undefined : this.reader.text(target, 'FunctionCode');
  }

  private byId(items: readonly Json[]): ReadonlyMap<string, JsonObject> {
    return new Map(items.map(asObject).map((item) => [asText(this.value(item['Id'])), item]));
  }

  private value(value: Json | undefined): Json {
    return this.reader.evaluate(this.resource, value, 'DistributionConfig');
  }
}

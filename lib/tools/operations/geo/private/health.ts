import type { Assembly, AssemblyResource, Json } from '../../../assembly';
import { isJsonList, isJsonObject, property } from '../../../assembly';
import type { CheckView, HealthWord } from '../model';

/** A health check as the templates have it. */
export interface TemplateCheck {
  readonly key: string;
  /** Region of the stack that owns it. */
  readonly region: string;
  readonly type: string;
  readonly host: string;
  readonly path: string;
  readonly inverted: boolean;
  /** Keys of the checks that a calculated one counts. */
  readonly children: readonly string[];
  readonly threshold: number;
}

/** Checks of a template in their order. */
export function readChecks(assembly: Assembly): readonly TemplateCheck[] {
  return assembly
    .resources({ type: 'AWS::Route53::HealthCheck' })
    .filter(({ included }) => included !== false)
    .map((resource) => readCheck(assembly, resource));
}

function readCheck(assembly: Assembly, resource: AssemblyResource): TemplateCheck {
  const config = property(resource.properties, 'HealthCheckConfig');
  const written = (name: string): Json | undefined =>
    isJsonObject(config) ? property(config, name) : undefined;
  const text = (name: string): string => {
    const resolution = assembly.resolve(written(name) ?? '', resource);
    const value = resolution.kind === 'unknown' ? undefined : resolution.value;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const children = written('ChildHealthChecks');
  return {
    key: resource.key,
    region: resource.stack.region,
    type: text('Type'),
    host: text('FullyQualifiedDomainName'),
    path: text('ResourcePath'),
    inverted: written('Inverted') === true,
    children: (isJsonList(children) ? children : []).flatMap((child) => {
      const resolution = assembly.resolve(child, resource);
      return resolution.kind === 'symbol' ? [resolution.symbol.resource] : [];
    }),
    threshold: Number(text('HealthThreshold') || '1'),
  };
}

/** What a check looks at, for a person. */
export function watches({
  type,
  host,
  path,
  inverted,
  children,
  threshold,
}: TemplateCheck): string {
  if (type === 'CALCULATED') return `${threshold} of ${children.length} checks`;
  return `${inverted ? 'absence of ' : ''}${type.toLowerCase()}://${host}${path}`;
}

/**
 * A calculated check's state from its children's: unknown where the unknown ones could tip it.
 */
export function calculated(children: readonly HealthWord[], threshold: number): HealthWord {
  const healthy = children.filter((state) => state === 'healthy').length;
  const unhealthy = children.filter((state) => state === 'unhealthy').length;
  if (healthy >= threshold) return 'healthy';
  return children.length - unhealthy < threshold ? 'unhealthy' : 'unknown';
}

/** States of checks that nobody asked for. */
export function unasked(checks: readonly TemplateCheck[]): readonly CheckView[] {
  return checks.map((check) => ({
    ...{ check: check.key, region: check.region, watches: watches(check) },
    ...{ state: 'not-asked', reason: '', failures: [] },
  }));
}

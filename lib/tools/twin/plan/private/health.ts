import type { AssemblyResource } from '../../../assembly';
import type { HealthCheckConfig } from '../../health';
import type { TemplateReader } from './reader';
import { asList, asText, PlanError, raw } from './reader';

/**
 * Health checks of the templates, with their hosts answered by local addresses.
 *
 * @param locate base URL of a host that a check looks at; undefined for a host the twin has not
 */
export function planHealthChecks(
  reader: TemplateReader,
  locate: (host: string) => string | undefined,
): readonly HealthCheckConfig[] {
  return reader
    .resources('AWS::Route53::HealthCheck')
    .map((resource) => planCheck(reader, resource, locate));
}

function planCheck(
  reader: TemplateReader,
  resource: AssemblyResource,
  locate: (host: string) => string | undefined,
): HealthCheckConfig {
  const text = (name: string) => reader.text(resource, 'HealthCheckConfig', name);
  const number = (name: string, otherwise: number) => Number(text(name) ?? otherwise);
  const key = resource.key;
  const type = text('Type') ?? '';
  const inverted = text('Inverted') === 'true';
  if (type === 'CALCULATED') {
    const children = asList(raw(resource, ['HealthCheckConfig', 'ChildHealthChecks'])).map(
      (child) => asText(reader.evaluate(resource, child, 'ChildHealthChecks')),
    );
    return { kind: 'calculated', key, inverted, children, threshold: number('HealthThreshold', 1) };
  }
  const host = text('FullyQualifiedDomainName') ?? '';
  const url = locate(host);
  if ((type !== 'HTTP' && type !== 'HTTPS') || url === undefined) {
    throw new PlanError(key, `it probes HTTP(S) of names it knows, not ${type} of ${host}`);
  }
  return {
    ...{ kind: 'endpoint', key, inverted, host },
    url: `${url}${text('ResourcePath') ?? '/'}`,
    intervalSeconds: number('RequestInterval', 30),
    failureThreshold: number('FailureThreshold', 3),
  };
}

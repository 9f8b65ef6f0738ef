import type { HealthCheck, HealthCheckObservation } from '@aws-sdk/client-route-53';
import type { CheckView, HealthWord } from '../model';
import type { TemplateCheck } from './health';
import { calculated, watches } from './health';
import type { GeoResolver } from './resolver';
import { Unanswered } from './resolver';
import type { Route53 } from './route53';

/** Asks Route 53 itself what it would answer a client whose resolver tells the client's network. */
export function askRoute53(
  api: Route53,
  zone: () => Promise<string>,
  resolverAddress: string,
): GeoResolver {
  return {
    addresses: async (name, network) => api.answer(await zone(), name, network, resolverAddress),
  };
}

/**
 * More than this share of the checkers must find an endpoint healthy.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export const HEALTHY_SHARE = 0.18;

/**
 * States of the templates' checks. Those that AWS made of them are found by what they look at, since
 * their ids are generated; what cannot be found or asked is unknown.
 */
export async function askHealth(
  api: Route53,
  checks: readonly TemplateCheck[],
): Promise<readonly CheckView[]> {
  const made = await answerOf(() => api.healthChecks());
  const views = new Map<string, CheckView>();
  const view = async (check: TemplateCheck): Promise<CheckView> => {
    const known = views.get(check.key);
    if (known !== undefined) return known;
    const base = { check: check.key, region: check.region, watches: watches(check) };
    const state =
      check.type === 'CALCULATED'
        ? await calculatedState(check, checks, view)
        : await endpointState(api, check, made);
    const found = { ...base, ...state };
    views.set(check.key, found);
    return found;
  };
  for (const check of checks) await view(check);
  return checks.flatMap(({ key }) => views.get(key) ?? []);
}

type State = Pick<CheckView, 'state' | 'reason' | 'failures'>;

async function calculatedState(
  check: TemplateCheck,
  checks: readonly TemplateCheck[],
  view: (check: TemplateCheck) => Promise<CheckView>,
): Promise<State> {
  const children: HealthWord[] = [];
  for (const key of check.children) {
    const child = checks.find((it) => it.key === key);
    children.push(child === undefined ? 'unknown' : (await view(child)).state);
  }
  const state = calculated(children, check.threshold);
  const reason = state === 'unknown' ? 'the states of its children are not all known' : '';
  return { state, reason, failures: [] };
}

async function endpointState(
  api: Route53,
  check: TemplateCheck,
  made: readonly HealthCheck[] | Unanswered,
): Promise<State> {
  const unknown = (reason: string): State => ({ state: 'unknown', reason, failures: [] });
  if (made instanceof Unanswered) return unknown(made.message);
  const matching = made.filter((it) => looksAtTheSame(it, check));
  const [only, second] = matching;
  if (only === undefined) return unknown('the account has no such check');
  if (second !== undefined) return unknown(`the account has ${matching.length} such checks`);
  const { Id: id = '', HealthCheckConfig: config } = only;
  if (config?.Disabled === true) {
    return { state: 'healthy', reason: 'disabled, which counts as healthy', failures: [] };
  }
  const seen = await answerOf(() => api.observations(id));
  if (seen instanceof Unanswered) return unknown(seen.message);
  if (seen.length === 0) return unknown('no checker has reported yet');
  const failed = await answerOf(() => api.lastFailures(id));
  const successes = seen.filter((it) => /^success/i.test(it.StatusReport?.Status ?? '')).length;
  const answers = successes / seen.length > HEALTHY_SHARE;
  return {
    state: answers === check.inverted ? 'unhealthy' : 'healthy',
    reason: failed instanceof Unanswered ? `without last reasons: ${failed.message}` : '',
    failures: failed instanceof Unanswered ? [] : failed.flatMap(failureOf),
  };
}

function looksAtTheSame({ HealthCheckConfig: config }: HealthCheck, check: TemplateCheck): boolean {
  return (
    config?.Type === check.type &&
    (config.FullyQualifiedDomainName ?? '') === check.host &&
    (config.ResourcePath ?? '') === check.path &&
    (config.Inverted ?? false) === check.inverted
  );
}

function failureOf({
  Region,
  IPAddress,
  StatusReport,
}: HealthCheckObservation): CheckView['failures'] {
  if (StatusReport?.Status === undefined) return [];
  return [
    {
      from: Region ?? IPAddress ?? 'a checker',
      status: StatusReport.Status,
      at: StatusReport.CheckedTime?.toISOString() ?? '',
    },
  ];
}

async function answerOf<T>(ask: () => Promise<T>): Promise<T | Unanswered> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unanswered) return error;
    throw error;
  }
}

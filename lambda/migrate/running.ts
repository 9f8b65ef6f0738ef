import type { RunningCode } from '../environment';
import type { AwsApi } from '../platform/aws';
import type { Migration } from './migration';

/** Why a contract step has to wait; `undefined` where it may be taken. */
export type ContractGate = (migration: Migration) => Promise<string | undefined>;

/**
 * A step that removes something waits until every Region runs code that has the step in its own history,
 * and so uses no longer what it removes. Deployed code says by parameters of its Region up to which
 * version it knows each domain. What cannot be read is unknown, and the unknown is waited for.
 */
export function contractGate(
  api: Pick<AwsApi, 'call'>,
  running: RunningCode | undefined,
  domain: string,
): ContractGate {
  return async ({ version }) => {
    if (running === undefined) return 'which Regions run code is not known';
    const { regions, parameters } = running;
    if (regions.length > 0 && parameters.length === 0)
      return 'the code that runs does not say which schemas it knows';
    const asked = regions.flatMap((region) =>
      parameters.map(async (parameter) => {
        const known = await knownIn(api, region, parameter, domain);
        if (typeof known === 'string') return `${region}: ${known}`;
        return known >= version ? [] : `${region}: ${parameter} knows ${domain} up to ${known}`;
      }),
    );
    const reasons = (await Promise.all(asked)).flat();
    return reasons.length === 0 ? undefined : reasons.join('; ');
  };
}

/** The last version that the code of a Region knows, or why that is unknown. */
async function knownIn(
  api: Pick<AwsApi, 'call'>,
  region: string,
  parameter: string,
  domain: string,
): Promise<number | string> {
  try {
    const answer = await api.call({
      service: 'ssm',
      region,
      target: 'AmazonSSM.GetParameter',
      body: { Name: parameter },
    });
    const { Value } = (answer.Parameter ?? {}) as { readonly Value?: unknown };
    const known = (JSON.parse(String(Value)) as Readonly<Record<string, unknown>>)[domain];
    return Number.isInteger(known) ? (known as number) : `${parameter} says nothing of ${domain}`;
  } catch (error) {
    return `${parameter} is unknown: ${error instanceof Error ? error.message : String(error)}`;
  }
}

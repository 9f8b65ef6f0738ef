import type { BalancingConfig } from '..';

/** The cookie of an Application Load Balancer; at AWS its value is encrypted. */
const COOKIE = 'AWSALB';

/** The server that a client's cookie names, if it is still to be had. */
export function keptServer<T extends { readonly id: string }>(
  { stickinessSeconds }: BalancingConfig,
  cookies: string | undefined,
  candidates: readonly T[],
): T | undefined {
  if (stickinessSeconds === undefined || cookies === undefined) return undefined;
  const named = new Map(
    cookies.split(';').map((pair) => {
      const [name = '', value = ''] = pair.trim().split('=');
      return [name, value] as const;
    }),
  ).get(COOKIE);
  return candidates.find(({ id }) => id === named);
}

/** Headers of an answer that keep the client with the server that gave it. */
export function keeping(
  { stickinessSeconds }: BalancingConfig,
  id: string,
): Readonly<Record<string, string>> {
  if (stickinessSeconds === undefined) return {};
  return { 'set-cookie': `${COOKIE}=${id}; Max-Age=${stickinessSeconds}; Path=/` };
}

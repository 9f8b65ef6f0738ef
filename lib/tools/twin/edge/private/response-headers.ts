import type { ServerResponse } from 'node:http';
import type { ResponseHeader } from '..';

/**
 * Has an answer bear the headers of a response headers policy when it is written: whatever the origin
 * set is known then.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
export function addHeaders(response: ServerResponse, headers: readonly ResponseHeader[]): void {
  const write = response.writeHead.bind(response) as (
    ...given: readonly unknown[]
  ) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const given = rest.find((it) => typeof it === 'object' && it !== null);
    for (const [name, value] of Object.entries(given ?? {})) {
      response.setHeader(name, value as string);
    }
    const cors = response.getHeaderNames().some((name) => name.startsWith('access-control-'));
    for (const { name, value, override, group } of headers) {
      const has = group === 'cors' ? cors : response.hasHeader(name);
      if (override || !has) response.setHeader(name, value);
    }
    return write(status);
  };
}

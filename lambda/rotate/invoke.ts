import { AwsV4Signer } from 'aws4fetch';
import type { AwsSettings } from '../environment';

/** Longer than the SQL takes, shorter than the rotation function may run. */
const TIMEOUT_MS = 120_000;

/**
 * Calls a function and waits for its answer.
 * @throws Error with the function's own message where it failed
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invoke(
  settings: AwsSettings,
  { region, name, payload }: { readonly region: string; readonly name: string; payload: unknown },
): Promise<unknown> {
  const origin = settings.endpoints.lambda ?? `https://lambda.${region}.amazonaws.com`;
  const signer = new AwsV4Signer({
    ...(await settings.credentials()),
    service: 'lambda',
    region,
    url: new URL(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, origin).href,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  const { method, headers, body, url } = await signer.sign();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method, headers, body, signal });
  const text = await response.text();
  const failed = !response.ok || response.headers.has('x-amz-function-error');
  if (failed) throw new Error(`${name} in ${region} failed: ${messageOf(text)}`);
  return JSON.parse(text);
}

function messageOf(text: string): string {
  try {
    const { errorMessage, message, Message } = JSON.parse(text) as Record<string, unknown>;
    const found = [errorMessage, message, Message].find((one) => typeof one === 'string');
    return typeof found === 'string' ? found : text;
  } catch {
    return text;
  }
}

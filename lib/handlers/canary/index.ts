import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { keptSecret } from './kept-secret';
import { metricLines } from './metrics';
import { probe } from './probe';
import type { TargetList } from './probe';

/** Less than half a minute in all, and calls come each minute. */
const REQUEST_MS = 10_000;
const SECRET_MS = 5_000;
const KEPT_MS = 300_000;

const secrets = new SecretsManagerClient({ maxAttempts: 2 });
const secret = keptSecret(
  async () => {
    const SecretId = process.env['ORIGIN_SECRET'];
    const abortSignal = AbortSignal.timeout(SECRET_MS);
    const found = await secrets.send(new GetSecretValueCommand({ SecretId }), { abortSignal });
    if (found.SecretString === undefined) throw new Error('no origin secret');
    return found.SecretString;
  },
  KEPT_MS,
  Date.now,
);

/** Lambda handler, called by a schedule; the SDK is the runtime's own. */
export async function handler(): Promise<void> {
  const targets = JSON.parse(process.env['TARGETS'] ?? '[]') as TargetList;
  const findings = await probe(targets, { timeoutMs: REQUEST_MS, secret });
  const lines = metricLines(findings, process.env['NAMESPACE'] ?? '', Date.now());
  // Not by the console, which puts words of its own before what must be JSON alone.
  for (const line of lines) process.stdout.write(`${line}\n`);
}

import type { Deployment } from '../../../../../config';
import { Names } from '../../../../../config';
import type { Fencer } from '../../../failover';
import { httpFencer } from '../../../failover';
import { PATIENCE, PerRegion, secretsManager } from '../../../aws';

/** An order to close that is not answered so soon is not answered, in milliseconds. */
const ORDER_MS = 2_000;

/**
 * Asks the servers of a Region to close by the Region's own name. Best effort: from outside, the load
 * balancers may admit nobody but the CDN, and then the lease alone ends the old writer.
 */
export function serversFencer(deployment: Deployment): Fencer & { end(): void } {
  const names = new Names(deployment);
  const clients = new PerRegion(
    (region) =>
      new (secretsManager().SecretsManagerClient)({ ...PATIENCE, maxAttempts: 2, region }),
  );
  /** From the first Region but the one that is left. */
  const secret = async (name: string, without: string): Promise<string> => {
    const { GetSecretValueCommand } = secretsManager();
    for (const { name: region } of deployment.regions.filter((it) => it.name !== without)) {
      const answer = await clients
        .of(region)
        .send(new GetSecretValueCommand({ SecretId: name }))
        .catch(() => undefined);
      if (answer?.SecretString !== undefined) return answer.SecretString;
    }
    throw new Error(`no Region tells ${name}`);
  };
  return {
    close: async (shard, region, epoch) => {
      try {
        const [signingSecret, originSecret] = await Promise.all([
          secret(names.signingSecret(), region),
          secret(names.originSecret(), region),
        ]);
        const from = deployment.regions.find(({ name }) => name !== region)?.name ?? region;
        const url = (of: string): string => `https://${names.regionalHost(of)}`;
        const options = { from, url, signingSecret, originSecret, timeoutMs: ORDER_MS };
        return await httpFencer(options).close(shard, region, epoch);
      } catch {
        return false;
      }
    },
    end: () => {
      clients.close();
    },
  };
}

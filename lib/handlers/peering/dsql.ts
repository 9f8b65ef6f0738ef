import { AwsClient } from 'aws4fetch';
import type { Clusters } from './peering';

export interface DsqlOptions {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** @default the Region's own address */
  readonly endpoint?: string | undefined;
}

/**
 * DSQL's control plane by its REST API: the functions' runtime promises no client for it.
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_UpdateCluster.html
 */
export function dsqlClusters({ region, endpoint, ...credentials }: DsqlOptions): Clusters {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region, service: 'dsql', retries: 3 },
    ...(sessionToken !== undefined && { sessionToken }),
  });
  const call = async (cluster: string, body?: object): Promise<unknown> => {
    const url = `${endpoint ?? `https://dsql.${region}.api.aws`}/cluster/${cluster}`;
    const headers = { 'content-type': 'application/json' };
    const post = body && { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await client.fetch(url, post ?? {});
    const text = await answer.text();
    if (!answer.ok) throw new Error(`DSQL answered ${answer.status} for ${cluster}: ${text}`);
    return JSON.parse(text);
  };
  return {
    peersOf: async (cluster) => clustersIn(await call(cluster)),
    update: async (cluster, multiRegionProperties, clientToken) => {
      await call(cluster, { clientToken, multiRegionProperties });
    },
  };
}

function clustersIn(answer: unknown): readonly string[] {
  const { multiRegionProperties } = answer as {
    readonly multiRegionProperties?: { readonly clusters?: readonly string[] };
  };
  return multiRegionProperties?.clusters ?? [];
}

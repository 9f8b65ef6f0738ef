import { createRequire } from 'node:module';
import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as Lambda from '@aws-sdk/client-lambda';
import type * as Rds from '@aws-sdk/client-rds';
import type * as S3 from '@aws-sdk/client-s3';
import type * as SecretsManager from '@aws-sdk/client-secrets-manager';

const load = createRequire(__filename);

/** Each is loaded on first use: half a second. Credentials and endpoints are the environment's. */
export const rds = (): typeof Rds => load('@aws-sdk/client-rds') as typeof Rds;
export const s3 = (): typeof S3 => load('@aws-sdk/client-s3') as typeof S3;
export const cloudFormation = (): typeof CloudFormation =>
  load('@aws-sdk/client-cloudformation') as typeof CloudFormation;
export const cloudWatch = (): typeof CloudWatch =>
  load('@aws-sdk/client-cloudwatch') as typeof CloudWatch;
export const lambda = (): typeof Lambda => load('@aws-sdk/client-lambda') as typeof Lambda;
export const secretsManager = (): typeof SecretsManager =>
  load('@aws-sdk/client-secrets-manager') as typeof SecretsManager;

/** A lost Region's API does not answer; throttled requests are repeated with growing pauses. */
export const PATIENCE = {
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000 },
} as const;

/** One client for each Region. */
export class PerRegion<T extends { destroy(): void }> {
  private readonly made = new Map<string, T>();

  public constructor(private readonly make: (region: string) => T) {}

  public of(region: string): T {
    const known = this.made.get(region);
    if (known !== undefined) return known;
    const client = this.make(region);
    this.made.set(region, client);
    return client;
  }

  public close(): void {
    for (const client of this.made.values()) client.destroy();
  }
}

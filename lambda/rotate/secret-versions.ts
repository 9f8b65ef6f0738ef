import type { AwsApi } from '../platform/aws';
import { AwsError } from '../platform/aws';

/** One secret and the version that a rotation makes. */
export class SecretVersions {
  constructor(
    private readonly api: Pick<AwsApi, 'call'>,
    private readonly region: string,
    /** Name or ARN. */
    private readonly secret: string,
    /** `ClientRequestToken` of the rotation: the id of its version. */
    private readonly token: string,
  ) {}

  /** Whether the version is already the current one; @throws Error where it belongs to no rotation */
  async isCurrent(): Promise<boolean> {
    const stages = (await this.stages())[this.token] ?? [];
    if (stages.includes('AWSCURRENT')) return true;
    if (!stages.includes('AWSPENDING'))
      throw new Error(`version ${this.token} of ${this.secret} is not being rotated`);
    return false;
  }

  current(): Promise<string> {
    return this.read({ VersionStage: 'AWSCURRENT' });
  }

  /** What this rotation has made, if it has come so far. */
  async pending(): Promise<string | undefined> {
    try {
      return await this.read({ VersionId: this.token, VersionStage: 'AWSPENDING' });
    } catch (error) {
      if (error instanceof AwsError && error.type === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  async propose(SecretString: string): Promise<void> {
    await this.call('PutSecretValue', {
      ClientRequestToken: this.token,
      SecretString,
      VersionStages: ['AWSPENDING'],
    });
  }

  /** Secrets Manager marks the version that was current as the previous one by itself. */
  async makeCurrent(): Promise<void> {
    const stages = Object.entries(await this.stages());
    const current = stages.find(([, labels]) => labels.includes('AWSCURRENT'))?.[0];
    await this.call('UpdateSecretVersionStage', {
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: this.token,
      ...(current !== undefined && { RemoveFromVersionId: current }),
    });
  }

  private async stages(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { VersionIdsToStages } = await this.call('DescribeSecret', {});
    return (VersionIdsToStages ?? {}) as Readonly<Record<string, readonly string[]>>;
  }

  private async read(which: object): Promise<string> {
    const { SecretString } = await this.call('GetSecretValue', which);
    if (typeof SecretString !== 'string') throw new Error(`${this.secret} holds no text`);
    return SecretString;
  }

  private call(operation: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    return this.api.call({
      service: 'secretsmanager',
      region: this.region,
      target: `secretsmanager.${operation}`,
      body: { SecretId: this.secret, ...body },
    });
  }
}

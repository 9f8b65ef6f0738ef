import { createHash } from 'node:crypto';
import { isItem } from './writes';

export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** Stand-in of Secrets Manager's GetSecretValue (JSON 1.1), read-only. */
export class Secrets {
  public constructor(
    private readonly region: string,
    private readonly account: string,
    private readonly values: Readonly<Record<string, string>>,
  ) {}

  public answer(operation: string, body: unknown): JsonReply {
    if (operation !== 'GetSecretValue') {
      return refusal('InvalidAction', `the twin answers GetSecretValue only, not ${operation}`);
    }
    const id = isItem(body) ? body['SecretId'] : undefined;
    if (typeof id !== 'string') return refusal('InvalidParameterException', 'SecretId is missing');
    const name = Object.keys(this.values).find((known) => known === id || this.isArnOf(known, id));
    const value = name === undefined ? undefined : this.values[name];
    if (name === undefined || value === undefined) {
      return refusal(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    return {
      status: 200,
      body: {
        ARN: this.arn(name),
        Name: name,
        SecretString: value,
        VersionId: digest(value),
        VersionStages: ['AWSCURRENT'],
        CreatedDate: 0,
      },
    };
  }

  private arn(name: string): string {
    return `arn:aws:secretsmanager:${this.region}:${this.account}:secret:${name}-${digest(name).slice(0, 6)}`;
  }

  /** AWS accepts the ARN with and without its six generated characters. */
  private isArnOf(name: string, id: string): boolean {
    const arn = this.arn(name);
    return id === arn || id === arn.slice(0, -7);
  }
}

function refusal(type: string, message: string): JsonReply {
  return { status: 400, body: { __type: type, Message: message, message } };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:http';

/** The four steps in which Secrets Manager rotates, in order. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

interface Pending {
  readonly id: string;
  readonly value: string | undefined;
}

type Body = Readonly<Record<string, unknown>>;

const BORN = 'born';

/**
 * Stand-in for Secrets Manager: current values by name, and at most one version that is being
 * rotated. Refuses what the service refuses: unknown secrets and versions, and taking the label
 * from a version that does not carry it.
 */
export class SecretsManager {
  /** Current values; a test may set them. */
  readonly current = new Map<string, string>();
  /** How copies of a secret in other Regions stand at each look. */
  readonly copies = new Map<string, () => readonly object[]>();
  private readonly currentIds = new Map<string, string>();
  private readonly pending = new Map<string, Pending>();

  /** What the service does when a rotation begins: the version is there before its value is. */
  begin(name: string, id: string): void {
    this.pending.set(name, { id, value: undefined });
  }

  server(): Server {
    return createServer((request, response) => {
      void readBody(request).then((body) => {
        const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
        const reply = this.answer(operation, body);
        const status = '__type' in reply ? 400 : 200;
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(reply));
      });
    });
  }

  private answer(operation: string, body: Body): Body {
    const name = String(body.SecretId).replace(/^arn:.*:secret:(.*)-\w{6}$/, '$1');
    const value = this.current.get(name);
    if (value === undefined) return { __type: 'ResourceNotFoundException' };
    const id = this.currentIds.get(name) ?? BORN;
    const pending = this.pending.get(name);
    switch (operation) {
      case 'GetSecretValue': {
        if (body.VersionStage !== 'AWSPENDING') return { SecretString: value };
        const found = pending?.id === body.VersionId ? pending?.value : undefined;
        return found === undefined
          ? { __type: 'ResourceNotFoundException' }
          : { SecretString: found };
      }
      case 'DescribeSecret':
        return {
          ...(this.copies.has(name) && { ReplicationStatus: this.copies.get(name)?.() }),
          VersionIdsToStages: {
            [id]: ['AWSCURRENT'],
            ...(pending && { [pending.id]: ['AWSPENDING'] }),
          },
        };
      case 'PutSecretValue':
        if (body.VersionStages === undefined) {
          this.current.set(name, String(body.SecretString));
          this.currentIds.set(name, String(body.ClientRequestToken));
          return {};
        }
        this.pending.set(name, {
          id: String(body.ClientRequestToken),
          value: String(body.SecretString),
        });
        return {};
      case 'UpdateSecretVersionStage':
        if (body.RemoveFromVersionId !== id || body.MoveToVersionId !== pending?.id)
          return { __type: 'InvalidParameterException' };
        this.current.set(name, pending?.value ?? '');
        this.currentIds.set(name, pending?.id ?? '');
        this.pending.delete(name);
        return {};
      default:
        return { __type: 'InvalidAction' };
    }
  }
}

/** Stand-in for Lambda's Invoke, by Region and name: `eu-west-1/NAME`. */
export function lambdaServer(
  functions: ReadonlyMap<string, (payload: never) => Promise<unknown>>,
): Server {
  return createServer((request, response) => {
    void readBody(request).then(async (body) => {
      // The signature says which Region is meant.
      const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(String(request.headers.authorization));
      const name = /\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '');
      const run = functions.get(`${region?.[1]}/${name?.[1]}`);
      if (run === undefined) {
        response.writeHead(404).end('{"Message":"Function not found"}');
        return;
      }
      try {
        response.end(JSON.stringify(await run(body as never)));
      } catch (error) {
        response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
        response.end(JSON.stringify({ errorMessage: (error as Error).message }));
      }
    });
  });
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return JSON.parse(text) as Body;
}

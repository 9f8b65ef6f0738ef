import type { AwsService, AwsSettings } from '../environment';
import { Breaker } from './breaker';
import { callHttp, type HttpReply } from './http';
import { RetryBudget } from './retry-budget';
import { Signer } from './sign';

/** Services of the JSON protocol: one address, operations by name. */
type JsonService = Exclude<AwsService, 'lambda' | 's3' | 'xray'>;

export interface AwsRequest {
  readonly service: JsonService;
  readonly region: string;
  /** The operation, for example `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  readonly body: unknown;
}

/** What an AWS API answered, or `name: 'Unreachable'` when it did not. */
export class AwsError extends Error {
  constructor(
    /** Exception type without its namespace, for example `ConditionalCheckFailedException`. */
    readonly type: string,
    readonly status: number,
    message: string,
  ) {
    super(`${type}: ${message}`);
    this.name = 'AwsError';
  }

  /** The same call may succeed when repeated. */
  get transient(): boolean {
    return this.status === 0 || this.status >= 500 || THROTTLED.has(this.type);
  }
}

const ATTEMPTS = 3;
const BACKOFF_MS = 25;
/** Calls, each with its repeats. */
const LOST_IN_A_ROW = 3;
/** What is back is used again within this. */
const LONGEST_PAUSE_MS = 2_000;
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);
const CONTENT_TYPE: Readonly<Record<JsonService, string>> = {
  dynamodb: 'application/x-amz-json-1.0',
  secretsmanager: 'application/x-amz-json-1.1',
  sqs: 'application/x-amz-json-1.0',
  ssm: 'application/x-amz-json-1.1',
};

/**
 * The JSON-protocol services that the workload calls, signed with Signature Version 4. The SDK's
 * clients would cost ten times the cold start of everything else here.
 */
export class AwsApi {
  private readonly signer = new Signer();
  private readonly retries = new RetryBudget();
  private readonly guarded = new Map<string, Guarded>();

  constructor(
    private readonly settings: AwsSettings,
    /** Bound of one attempt, in milliseconds. */
    private readonly timeoutMs = 1_500,
  ) {}

  /**
   * One call, repeated on throttling, 5xx and connection failures. A conditional write may therefore
   * have been applied when its condition is reported as failed: callers compare, never assume. A table, a queue
   * or a service that has not answered some calls in a row is left alone for a second or two, but for one call.
   * @throws AwsError
   */
  async call(request: AwsRequest): Promise<Readonly<Record<string, unknown>>> {
    const guarded = this.guardedOf(request);
    if (!guarded.breaker.admit())
      throw new AwsError('Unreachable', 0, `${request.target} in ${request.region} is left alone`);
    try {
      const result = await this.repeated(request);
      guarded.answered();
      return result;
    } catch (error) {
      if (isAnswer(error)) guarded.answered();
      else guarded.failed();
      throw error;
    }
  }

  private guardedOf({ service, region, body }: AwsRequest): Guarded {
    const { TableName, QueueUrl } = body as Readonly<Record<string, string | undefined>>;
    const key = [service, region, TableName ?? QueueUrl ?? ''].join(' ');
    const guarded = this.guarded.get(key) ?? new Guarded();
    this.guarded.set(key, guarded);
    return guarded;
  }

  private async repeated(request: AwsRequest): Promise<Readonly<Record<string, unknown>>> {
    this.retries.request();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(request);
      } catch (error) {
        const repeat = error instanceof AwsError && error.transient;
        if (attempt === ATTEMPTS || !repeat || !this.retries.take()) throw error;
        const pause = BACKOFF_MS * 2 ** attempt * (0.5 + Math.random());
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private async once(request: AwsRequest): Promise<Readonly<Record<string, unknown>>> {
    const { service, region, target } = request;
    const origin = this.settings.endpoints[service] ?? `https://${service}.${region}.amazonaws.com`;
    const url = new URL('/', origin);
    const method = 'POST';
    const body = JSON.stringify(request.body);
    const plain = { 'content-type': CONTENT_TYPE[service], 'x-amz-target': target };
    const signable = { method, url, headers: plain, body, service, region };
    const headers = this.signer.headers(signable, await this.settings.credentials());
    let reply: HttpReply;
    try {
      reply = await callHttp({ method, url, headers, body, timeoutMs: this.timeoutMs });
    } catch (cause) {
      throw new AwsError('Unreachable', 0, `${target} in ${region}: ${String(cause)}`);
    }
    return answer(reply);
  }
}

/** Also of what is asked too often: it answers. */
function isAnswer(error: unknown): boolean {
  return error instanceof AwsError && error.status !== 0 && error.status < 500;
}

/** What may be out of reach by itself. One call that is lost says nothing: several in a row do. */
class Guarded {
  readonly breaker = new Breaker(undefined, undefined, LONGEST_PAUSE_MS);
  private lost = 0;

  answered(): void {
    this.lost = 0;
    this.breaker.succeeded();
  }

  failed(): void {
    this.lost += 1;
    if (this.lost >= LOST_IN_A_ROW) this.breaker.failed();
  }
}

function answer({ status, body }: HttpReply): Readonly<Record<string, unknown>> {
  let value: Record<string, unknown> = {};
  try {
    value = JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>;
  } catch {
    throw new AwsError('InvalidResponse', status, 'the answer is not JSON');
  }
  if (status >= 200 && status < 300) return value;
  const type = typeof value.__type === 'string' ? value.__type : 'UnknownError';
  const message = value.message ?? value.Message;
  throw new AwsError(
    type.slice(type.lastIndexOf('#') + 1),
    status,
    typeof message === 'string' ? message : `status ${status}`,
  );
}

import type { EdgeConfig } from '../edge';

/** One Region's load balancer and the functions behind it. */
export interface GatewayConfig {
  readonly region: string;
  readonly address: string;
  /** Port of the load balancer itself. */
  readonly port: number;
  /** Port on which requests are taken as if the CDN had sent them. */
  readonly edgePort: number;
  readonly edge: EdgeConfig;
  readonly listener: ListenerConfig;
  /** By key. */
  readonly targetGroups: Readonly<Record<string, TargetGroupConfig>>;
  /** By key. */
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  /** Program of a function's instance, and where it writes. */
  readonly instanceProgram: string;
  readonly log: string;
}

export interface ListenerConfig {
  /** Rules in the order of their priority. */
  readonly rules: readonly ListenerRule[];
  readonly defaultAction: Action;
}

export interface ListenerRule {
  /** All must hold. */
  readonly conditions: readonly Condition[];
  readonly action: Action;
}

/** One of the values must match; `*` and `?` are wildcards. */
export type Condition =
  | { readonly field: 'path-pattern'; readonly values: readonly string[] }
  | { readonly field: 'host-header'; readonly values: readonly string[] }
  | { readonly field: 'http-request-method'; readonly values: readonly string[] }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] };

export type Action =
  | {
      readonly kind: 'fixed-response';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'forward'; readonly targetGroup: string };

export interface TargetGroupConfig {
  /** Key of the function. */
  readonly function: string;
  readonly arn: string;
  /** The attribute `lambda.multi_value_headers.enabled`. */
  readonly multiValueHeaders: boolean;
}

export interface FunctionConfig {
  readonly name: string;
  /** Directory of the asset. */
  readonly directory: string;
  /** `FILE.EXPORT`, as Lambda has it. */
  readonly handler: string;
  /** The function's whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
}

/** What a process tells its supervisor. */
export interface GatewayReady {
  readonly url: string;
  readonly edgeUrl: string;
}

export { startGateway } from './private/gateway';
export { FunctionPool } from './private/pool';
export type { PoolOptions } from './private/pool';

import type { EdgeConfig } from '../edge';

/** One Region's load balancer, and the functions and servers behind it. */
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
  /** Servers of the groups of that kind, by key. */
  readonly servers: Readonly<Record<string, ServerConfig>>;
  readonly programs: {
    /** Program of a function's instance. */
    readonly instance: string;
    /** Program that a server starts with. */
    readonly server: string;
  };
  /** Files that functions and servers write to. */
  readonly logs: { readonly functions: string; readonly servers: string };
  /** By how much time runs faster for health checks and orderly ends. */
  readonly timeScale: number;
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
  | { readonly kind: 'forward'; readonly targetGroups: readonly WeightedGroup[] };

/** A target group and its share of the requests: its weight among the sum of all. */
export interface WeightedGroup {
  readonly targetGroup: string;
  readonly weight: number;
}

export type TargetGroupConfig = FunctionGroupConfig | ServerGroupConfig;

export interface FunctionGroupConfig {
  readonly kind: 'function';
  /** Key of the function. */
  readonly function: string;
  readonly arn: string;
  /** The attribute `lambda.multi_value_headers.enabled`. */
  readonly multiValueHeaders: boolean;
}

export interface ServerGroupConfig {
  readonly kind: 'servers';
  /** Key of the service whose servers register here. */
  readonly service: string;
  readonly healthCheck: TargetHealthCheck;
  /** Longest time in which requests in hand may end once a server gets no more. */
  readonly deregistrationSeconds: number;
  /** With fewer healthy servers than either, requests go to all, be they healthy or not. */
  readonly minimumHealthy: { readonly count: number; readonly percentage: number };
  readonly balancing: BalancingConfig;
  /** HAProxy before the servers; where there is none here, `balancing` says what comes nearest. */
  readonly software?: SoftwareConfig;
}

/** What an instance of the software tier starts with: the texts of HAProxy's own directory, by name. */
export interface SoftwareConfig {
  /** Its program on this machine. */
  readonly command: string;
  readonly files: Readonly<Record<string, string>>;
}

/** How the server is chosen that gets a request. */
export interface BalancingConfig {
  readonly algorithm:
    | 'round-robin'
    | 'least-outstanding-requests'
    | 'weighted-random'
    | 'fastest-response'
    | 'source-ip-hash';
  /** With `weighted-random`: whether servers that answer with more errors than the others get less. */
  readonly anomalyMitigation: boolean;
  /** With `round-robin`: the time in which a new server's share grows to its full. */
  readonly slowStartSeconds?: number;
  /** A cookie keeps a client with one server for so long. */
  readonly stickinessSeconds?: number;
}

/** How a load balancer asks a server whether it lives. */
export interface TargetHealthCheck {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Results in a row that change the state. */
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Statuses of an answer that says yes, such as `200` or `200-299,301`. */
  readonly statuses: string;
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
  /** Requests at a time that it may have in hand; more are refused at once. @default what this machine carries */
  readonly concurrency?: number;
  /** Name of the version that its alias leads to. @default it has no alias */
  readonly version?: string;
  /** Versions that get a share of the requests beside it, each from 0 to 1. @default none */
  readonly additional?: readonly { readonly version: string; readonly weight: number }[];
  /** How a new version gets the requests. @default all at once */
  readonly rollout?: FunctionRollout;
  /** Among which instances are spread. @default zones are not told apart */
  readonly zones?: readonly string[];
}

/** A new version's share of the requests, from 0 to 1: first, and more after each interval. */
export interface FunctionRollout {
  readonly firstShare: number;
  readonly stepShare: number;
  readonly intervalSeconds: number;
  /** Whether an error of the function takes it back. */
  readonly watched: boolean;
}

/** Servers of one container service: the same module as in its image, without the image. */
export interface ServerConfig {
  readonly name: string;
  /** The server's module, and the digest that its bytes must have. */
  readonly file: string;
  readonly sha256: string;
  /** A server's whole environment but for `PORT`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Address at which servers are reached, each at a port of its own. */
  readonly address: string;
  /** Port of the container, which the first server gets where it is free; 0 for any. */
  readonly port: number;
  readonly count: number;
  readonly memoryMiB: number;
  /** A server that has not ended so long after it was told to is killed. */
  readonly stopSeconds: number;
  /** For so long after its start a server is not replaced for being unhealthy. */
  readonly graceSeconds: number;
  /** Whether a deployment whose servers keep failing is taken back. @default false */
  readonly circuitBreaker?: boolean;
  /** Among which servers are spread. @default zones are not told apart */
  readonly zones?: readonly string[];
  /** Whether servers leave a zone that has two more than another. @default false */
  readonly rebalances?: boolean;
}

/** A process of a Region's compute and the zone in which it stands: what the topic `zones` answers. */
export interface ZonedProcess {
  readonly zone: string;
  readonly kind: 'server' | 'function';
  readonly pid: number;
  /** Whether requests go to it. */
  readonly healthy: boolean;
}

/** What a deployment changes of a server and of a function. */
export type ServerVersion = Pick<ServerConfig, 'file' | 'sha256'>;
export type FunctionVersion = Pick<FunctionConfig, 'directory'>;

/** New versions for a Region, by keys of its services and functions: what the topic `deploy` takes. */
export interface Deployment {
  readonly servers: Readonly<Record<string, ServerVersion>>;
  readonly functions: Readonly<Record<string, FunctionVersion>>;
}

/** What came of it. */
export interface Deployed {
  /** The circuit breaker has taken all of it back. */
  readonly rolledBack: boolean;
  /** Servers of the new version that did not start, or were never found healthy. */
  readonly failedServers: number;
}

/** Names the kind of compute that answered: `lambda` or `server`. */
export const COMPUTE_HEADER = 'x-twin-compute';

/** What a process tells its supervisor. */
export interface GatewayReady {
  readonly url: string;
  readonly edgeUrl: string;
}

export type { TrafficCount } from './private/traffic';
export { startGateway } from './private/gateway';
export { FunctionPool } from './private/pool';
export { FunctionVersions } from './private/versions';
export type { PoolOptions } from './private/pool';
export { ServerFleet } from './private/fleet';
export type { FleetOptions } from './private/fleet';
export { chooseGroup } from './private/weights';
export { eligible } from './private/eligible';
export { findHaproxy, HaproxyTier } from './private/haproxy';
export { confined } from './private/confine';
export { Selection } from './private/selection';
export type { Candidate } from './private/selection';

/** Health checks as Route 53 has them. */
export type HealthCheckConfig =
  | {
      readonly kind: 'endpoint';
      readonly key: string;
      readonly inverted: boolean;
      readonly url: string;
      /** Value of the header `Host`. */
      readonly host: string;
      readonly intervalSeconds: number;
      /** Results in a row that change the state. */
      readonly failureThreshold: number;
    }
  | {
      readonly kind: 'calculated';
      readonly key: string;
      readonly inverted: boolean;
      readonly children: readonly string[];
      /** Healthy children from which on it is healthy. */
      readonly threshold: number;
    };

/** How a check finds out, as the templates configure it: here both are divided by the scale of time. */
export interface CheckClock {
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
}

/** `undefined`: not known yet; neither healthy nor unhealthy. */
export type HealthState = boolean | undefined;

export { calculate, observe } from './private/arithmetic';
export type { Observation } from './private/arithmetic';
export { HealthChecks, probeTimeoutMs } from './private/checks';

import type { Assembly, AssemblyResource } from '../../assembly';

/** Billing period of a standing charge. */
export type Unit = 'hour' | 'month';

/** Something that bills for as long as it exists, whether or not anybody uses it. */
export interface Charge {
  /** As on AWS's bill, for example `Elastic Load Balancing`. */
  readonly service: string;
  /** What is counted, for example `application load balancer`. */
  readonly item: string;
  /** How many of it. */
  readonly quantity: number;
  readonly unit: Unit;
  /** Entry of the price file. */
  readonly price: string;
  /** Which price, where the entry holds several. */
  readonly part?: string | number;
  /** `global` for what is billed to no Region. @default the Region of the resource's stack */
  readonly region?: string;
}

/** A resource of which it cannot be told what it costs, and why. */
export interface Unpriced {
  readonly reason: string;
}

/** Reads properties of the resource at hand. */
export interface Properties {
  /**
   * The value at a path, or `undefined` where it is absent or only known after deployment. Ask for
   * leaves: a composite is unknown as soon as one part of it is.
   */
  value(...path: readonly (string | number)[]): unknown;
  /** Number of entries of a list, whatever they are; 0 if absent, `undefined` if not a list. */
  count(name: string): number | undefined;
}

/** The standing charges of one resource. */
export type ChargeRule = (
  properties: Properties,
  resource: AssemblyResource,
  assembly: Assembly,
) => readonly (Charge | Unpriced)[];

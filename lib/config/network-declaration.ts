/** A subnet that is there already, and the table that says where it leads. */
export interface ExistingSubnet {
  /** Such as `subnet-0123456789abcdef0`. */
  readonly subnet: string;
  /** Such as `rtb-0123456789abcdef0`; several subnets may share one. */
  readonly routeTable: string;
}

/** What a zone of an existing network has. */
export interface ExistingZone {
  /** With a route to an internet gateway: load balancers. */
  readonly public: ExistingSubnet;
  /** With a way out to AWS APIs and to the other Regions' load balancers: functions and servers. */
  readonly private: ExistingSubnet;
  /** Without a way out: databases and caches. */
  readonly isolated: ExistingSubnet;
}

/**
 * A VPC that somebody else made and keeps: nothing is looked up at synthesis, and nothing of it is changed.
 * Its flow logs, NAT gateways, endpoints, default security group and routes are its owner's.
 */
export interface ExistingNetwork {
  /** Such as `vpc-0123456789abcdef0`. */
  readonly vpcId: string;
  /** Its IPv4 block: private (RFC 1918), /16 to /24, apart from those of all other Regions. */
  readonly cidr: string;
  /** Public IPv4 addresses that calls from the private subnets come from: the other Regions admit them. */
  readonly natAddresses: readonly string[];
  /** Exactly three zones, by name. */
  readonly zones: Readonly<Record<string, ExistingZone>>;
}

/** Name of the metadata by which templates tell of such a network. */
export const EXISTING_NETWORK = 'meridian:existing-network';

/** Ways from private subnets to AWS and beyond. */
export const EGRESS = ['nat', 'endpoints', 'nat-and-endpoints'] as const;
export type Egress = (typeof EGRESS)[number];

/** What every network that is made has. */
export interface NetworkDeclaration {
  /**
   * How private subnets reach AWS, beside the gateway endpoints for S3 and DynamoDB. `nat`: a NAT gateway
   * in each zone carries everything. `nat-and-endpoints`: what is called in the Region itself goes through
   * an interface endpoint for each service, and does not stop with the NAT gateways; the rest goes by
   * them. `endpoints`: nothing leaves the Region, and there is no NAT: for one Region that is among
   * `controlRegions`, without canaries, tasks of Fargate and stores of `dsql`. Not at stage `single-server`
   * and not in a Region with a `network` of its own (docs/adr/0060-endpoints-or-nat-is-declared.md).
   * @default nat
   */
  readonly egress?: Egress;
}

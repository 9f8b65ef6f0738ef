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

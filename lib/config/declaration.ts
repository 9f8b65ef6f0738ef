/**
 * The declaration: one typed constant that says everything about a deployment.
 *
 * Required properties come first; every optional one names its default. Maps are keyed by name,
 * never counted. `resolveDeployment` turns it into a {@link Deployment} with every default filled in.
 */

import type { BackupDeclaration } from './backup-declaration';
import type { CacheDeclaration } from './cache-declaration';
import type { ComputeDeclaration } from './compute-declaration';
import type { ExperimentsDeclaration } from './experiment-declaration';
import type { LoadBalancingDeclaration } from './load-balancing';
import type { ExistingNetwork, NetworkDeclaration } from './network-declaration';
import type { ObservabilityDeclaration } from './observability-declaration';
import type { JobDeclaration, QueueDeclaration } from './queue-declaration';
import type { RecoveryDeclaration } from './recovery-declaration';
import type { StoreDeclaration } from './store-declaration';

/** How far the product has come; a preset (growth-stages.ts) that every option can override. */
export type GrowthStage =
  'single-server' | 'load-balanced' | 'replicated' | 'multi-region' | 'sharded';

/** An AWS Region name such as `eu-central-1`. */
export type RegionName = string;

/** `production` retains and refuses to be destroyed; `ephemeral` leaves nothing behind. */
export type Protection = 'production' | 'ephemeral';

/** What the product must carry. Figures of the whole product, over all Regions. */
export interface Demand {
  /** Registered users. */
  readonly users: number;
  /** Share of registered users active on a day, above 0 and at most 1. @default 0.1 */
  readonly dailyActive?: number;
  /** Requests an active user makes in a day. @default 30 */
  readonly requestsPerUserDay?: number;
  /** Peak rate over mean rate. @default 5 */
  readonly peakFactor?: number;
}

/** One Region that serves users. */
export interface RegionDeclaration {
  /** IPv4 block of the VPC, `10.x.0.0/16`. @default the next free /16 of 10.0.0.0/8, in map order */
  readonly cidr?: string;
  /** Exactly three zone names. @default the table of lib/config/regions.ts */
  readonly zones?: readonly string[];
  /**
   * A VPC that is there already, in place of one of ours; it names block and zones then. To change from
   * one to the other replaces whatever stands in it.
   * @default a VPC is made
   */
  readonly network?: ExistingNetwork;
}

/** A functional database domain (federation): its own database and role, never queried across. */
export interface DomainDeclaration {
  /** Name of the `aurora` store that holds it. */
  readonly store: string;
}

/** A user cell of the stores, with its own home Region. */
export interface ShardDeclaration {
  /** The Region where this shard is preferably written. @default the deployment's `birthRegion` */
  readonly home?: RegionName;
  /**
   * Regions that hold a copy beside the home; where they differ from shard to shard, a Region carries
   * the writes of some shards only. @default every other Region of the stores
   */
  readonly standbys?: readonly RegionName[];
  /**
   * Immutable: where the shard's clusters are created; one of its Regions.
   * @default the deployment's `birthRegion`, which must be one of the shard's Regions then
   */
  readonly birthRegion?: RegionName;
  /** Logical shards held, first and last inclusive, within 0..1023. @default an equal share */
  readonly logical?: readonly [first: number, last: number];
}

/** Parts of the deployment that a service may be granted. */
export const GRANTED_PARTS = [
  /** Read and write the table of sessions. */
  'sessions',
  /** Read and write the table of who is where. */
  'directory',
  /** Read and write the table of notifications, where there is one. */
  'notifications',
  /** Read and write the table of drafts, where there is one. */
  'drafts',
  /** Read the topology document, from the control Regions. */
  'topology',
  /** Read the credentials of every domain's database. */
  'databases',
  /** Read the secret that signs tokens. */
  'signing-secret',
  /** Read the secret by which load balancers know the CDN, for requests to another Region. */
  'origin-secret',
  /** Send to the queues. */
  'queues',
  /** Read and write the stores of other engines than `aurora`, in the service's own Region. */
  'stores',
  /** Put images into the Region's bucket of uploads, and sign forms that do. */
  'uploads',
] as const;
export type GrantedPart = (typeof GRANTED_PARTS)[number];

/** Actions on resources of your own, by ARN, in which `{region}` is the Region of the service. */
export interface OwnGrantDeclaration {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What runs on the compute. */
export interface ServiceDeclaration {
  /**
   * Directory of a bundle with `index.mjs` (exports `handler`, an ALB-event function) for Lambda and
   * `server.mjs` (a server on `PORT`, one self-contained module) for Fargate, relative to the working
   * directory.
   * @default the sample workload of lambda/, bundled into build/lambda/api
   */
  readonly bundle?: string;
  /**
   * Image in place of a bundle, `public.ecr.aws/REPOSITORY@sha256:DIGEST`, for arm64. Servers on Fargate
   * run it from a copy in the Region's own registry: it starts with its own command, listens on `PORT`, runs
   * as user 1000 and writes nowhere but to `/tmp`. It has no functions and no instances.
   * @default none
   */
  readonly image?: string;
  /** Path that answers 200 while the process lives. @default /healthz */
  readonly healthPath?: string;
  /** Path that answers 200 while dependencies are reachable. @default /readyz */
  readonly readyPath?: string;
  /**
   * Paths of connections that stay open, which servers answer and never functions: a function bills for
   * as long as it waits, streams nothing through a load balancer and takes no WebSocket. At most 3, with
   * the wildcards `*` and `?`.
   * @default /api/stream* and /api/ws of the sample workload, none for a bundle of your own
   */
  readonly livePaths?: readonly string[];
  /** Additional flat environment variables. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it may use, beside its own log. @default every part of the deployment */
  readonly grants?: readonly (GrantedPart | OwnGrantDeclaration)[];
  /** Lambda memory in MiB, 128 to 10240. @default 512 */
  readonly memoryMiB?: number;
  /** @default Lambda with weight 20 and Fargate with weight 80; Fargate alone for an image */
  readonly compute?: ComputeDeclaration;
  /** @default each option's own */
  readonly loadBalancing?: LoadBalancingDeclaration;
}

/** The one server of stage `single-server`. Each value is changed in place: nothing is rebuilt. */
export interface ServerDeclaration {
  /** Class of the instance, Graviton. @default t4g.small */
  readonly instanceType?: string;
  /** GiB of the data volume, 8 to 16384; it only grows. @default 40 */
  readonly volumeGiB?: number;
  /** Operations a second of the data volume, 3000 to 16000. @default 3000 */
  readonly volumeIops?: number;
  /** MiB a second of the data volume, 125 to 1000. @default 125 */
  readonly volumeMiBPerSecond?: number;
  /** Hours from one snapshot to the next: 1, 2, 3, 4, 6, 8, 12 or 24. @default 6 */
  readonly snapshotEveryHours?: number;
  /** Snapshots kept, 1 to 1000. @default 56 */
  readonly snapshotsKept?: number;
}

/** Places by Route 53's codes. */
export interface PlacesDeclaration {
  /** AF, AN, AS, EU, NA, OC, SA. */
  readonly continents?: readonly string[];
  /** Two capitals (ISO 3166), such as `DE`; a country goes before its continent. */
  readonly countries?: readonly string[];
}

/**
 * How the name that Regions have in common chooses among them; what may go with what is in
 * lib/config/routing-legality.ts. Chosen before the first deployment: Route 53 refuses two policies
 * under one name, so a change later begins with taking the old records away, an interruption.
 */
export type RoutingDeclaration =
  /** The Region with the least latency. */
  | { readonly policy: 'latency' }
  /** By the client's country or continent. */
  | {
      readonly policy: 'geolocation';
      readonly places: Readonly<Record<RegionName, PlacesDeclaration>>;
      /** The Region of everybody else. */
      readonly elsewhere: RegionName;
    }
  /** The nearest Region; a bias of -99 to 99 shrinks or grows what is near. @default 0 for each */
  | { readonly policy: 'geoproximity'; readonly bias?: Readonly<Record<RegionName, number>> }
  /** By share, 0 to 255 for each Region. @default 0 for a Region that is not named */
  | { readonly policy: 'weighted'; readonly weights: Readonly<Record<RegionName, number>> }
  /** The first healthy Region. @default the order of `regions` */
  | { readonly policy: 'failover'; readonly order?: readonly RegionName[] }
  /** By the client's network: at most 64 blocks a Region, /1 to /24 (IPv4) or /1 to /48 (IPv6). */
  | {
      readonly policy: 'ip-based';
      readonly networks: Readonly<Record<RegionName, readonly string[]>>;
      /** The Region of everybody else. */
      readonly elsewhere: RegionName;
    };

export type EdgeMode = 'cdn' | 'direct' | 'vpc-origin';

/** How users get to a Region's load balancer. */
export interface EdgeDeclaration {
  /**
   * `cdn`: the CDN serves static files and asks a Region for the API, so that nobody but it can reach
   * a load balancer. `direct`: the CDN serves static files only; `api.DOMAIN` leads API clients, and
   * those with long connections, straight to a Region by the routing policy, behind its own firewall.
   * `vpc-origin`: as `cdn`, but load balancers are private, and the CDN itself picks the Region by the
   * viewer's country: `routing` may be `latency` (the nearest), `geolocation` or `failover`. Reads turn
   * to the next Region by themselves, writes when somebody throws the edge's switch
   * (docs/adr/0031-private-load-balancers-behind-the-cdn.md).
   * @default cdn
   */
  readonly mode?: EdgeMode;
}

/** One bucket for images in each Region, which browsers put by signed forms and the CDN serves. */
export interface UploadsDeclaration {
  /** Origins, beside the site's own, whose pages may send forms. @default none */
  readonly origins?: readonly string[];
  /**
   * What objects are encrypted with: S3's own key, or each Region's data key, with which copies are
   * encrypted anew. KMS is billed by request; what was put before a change keeps its key.
   * @default 's3': everybody may see what is in them
   */
  readonly encryption?: 's3' | 'kms';
}

/** What the business accepts to lose. */
export interface Objectives {
  /** Recovery time objective in seconds. @default 300 */
  readonly rtoSeconds?: number;
  /** Recovery point objective in seconds. @default 5 */
  readonly rpoSeconds?: number;
  /** How soon a person decides that a Region does not come back in time, in seconds. @default 30 */
  readonly decisionSeconds?: number;
  /** What promoting a standby is planned to take, in seconds; a global database: "minutes". @default 60 */
  readonly promotionSeconds?: number;
}

/** What the review of the templates (`meridian review`) is told to accept. */
export interface ReviewDeclaration {
  /** Findings that are accepted until a day. @default none */
  readonly acknowledge?: readonly {
    /** Id of a rule in docs/rules. */
    readonly rule: string;
    /** `STACK_ID/LOGICAL_ID`; `*` stands for any characters. @default every resource */
    readonly resource?: string;
    /** Why, and what risk remains. */
    readonly reason: string;
    /** Last day on which it holds, `YYYY-MM-DD`. */
    readonly expires: string;
  }[];
  /** Ways in which Regions differ on purpose. @default none */
  readonly differences?: readonly {
    /** A resource type, or `TYPE LOGICAL_ID`; `*` stands for any characters. */
    readonly role: string;
    readonly reason: string;
  }[];
}

export interface Declaration {
  readonly schemaVersion: 1;
  readonly stage: GrowthStage;
  /** Twelve digits. */
  readonly account: string;
  /** DNS name of the product, for example `example.com`. */
  readonly domainName: string;
  readonly regions: Readonly<Record<RegionName, RegionDeclaration>>;
  readonly demand: Demand;
  /** Prefix of every computed name: lower-case letters, digits, hyphens, 2 to 16. @default meridian */
  readonly name?: string;
  /** Immutable: the Region in which stores are created. @default the first of `regions` */
  readonly birthRegion?: RegionName;
  /** An existing public hosted zone. @default a `zone` stack, created first and retained, owns it */
  readonly zone?: { readonly id: string };
  /**
   * Three Regions of one Region set that hold the strongly consistent control table; they need not
   * serve users. @default us-east-1, us-east-2, us-west-2
   */
  readonly controlRegions?: readonly RegionName[];
  /** @default one Aurora store named `main` */
  readonly stores?: Readonly<Record<string, StoreDeclaration>>;
  /** @default `identity`, `content` and `social`, all in the first `aurora` store */
  readonly domains?: Readonly<Record<string, DomainDeclaration>>;
  /** @default one shard `s0` at home in the birth Region */
  readonly shards?: Readonly<Record<string, ShardDeclaration>>;
  /**
   * Regions with a replica of the tables that every Region writes, the birth Region among them. AWS
   * adds one in an update: `meridian grow` says when this is needed, and it goes again afterwards.
   * @default every Region
   */
  readonly tableRegions?: readonly RegionName[];
  /** @default one service `api`, the sample workload */
  readonly services?: Readonly<Record<string, ServiceDeclaration>>;
  /**
   * Queues of work that no request waits for, one of each in every Region, or `false` for none.
   * @default the sample workload's `events` from stage `replicated` on
   */
  readonly queues?: Readonly<Record<string, QueueDeclaration>> | false;
  /**
   * Work on a schedule, in every Region, or `false` for none.
   * @default the sample workload's `relay`, `sweep` and `trending` from stage `replicated` on
   */
  readonly jobs?: Readonly<Record<string, JobDeclaration>> | false;
  /** Only at stage `single-server`. @default t4g.small with 40 GiB, a snapshot every 6 hours */
  readonly server?: ServerDeclaration;
  /**
   * The Regions' buckets of what users upload, each copied to all others, or `false` for none.
   * @default for pages of the site itself from stage `load-balanced` on, none before
   */
  readonly uploads?: UploadsDeclaration | false;
  /**
   * The Regions' caches, or `false` for none.
   * @default one replica of cache.m7g.large from stage `replicated` on, none before
   */
  readonly cache?: CacheDeclaration | false;
  /**
   * Days between two rotations of the signing secret and the domains' roles, 1 to 365, or `false` for
   * none. Sessions last 30 days, or as long as this where it is less.
   * @default 30
   */
  readonly secretRotationDays?: number | false;
  /**
   * Backups of each shard's clusters beside those that they keep themselves, or `false` for none.
   * @default each day for 35 days, copied, locked and tested, from stage `multi-region` on in production
   */
  readonly backup?: BackupDeclaration | false;
  /**
   * Region switch plans, by which a person moves who writes to another Region, or `false` for none.
   * @default from stage `multi-region` on in production, where their steps end within
   * `objectives.rtoSeconds`
   */
  readonly recovery?: RecoveryDeclaration | false;
  /**
   * Experiments of the Fault Injection Service that a person starts: a zone, another Region or a writer
   * is taken away for some minutes; the Region's alarm stops them. Not at stage `single-server`.
   * @default none
   */
  readonly experiments?: ExperimentsDeclaration | false;
  /** What every network that is made has. @default NAT gateways alone */
  readonly network?: NetworkDeclaration;
  /** @default the mode `cdn` */
  readonly edge?: EdgeDeclaration;
  /** @default each option's own */
  readonly observability?: ObservabilityDeclaration;
  /** How users are led to a Region. @default latency */
  readonly routing?: RoutingDeclaration;
  /**
   * Subdomains that other zones answer for: their name servers by label, such as
   * `{ dev: ['ns-1.example.net', 'ns-2.example.org'] }`. @default none
   */
  readonly delegations?: Readonly<Record<string, readonly string[]>>;
  /** @default RTO 300 s, RPO 5 s */
  readonly objectives?: Objectives;
  /**
   * ARN of a managed policy, `arn:aws:iam::ACCOUNT:policy/NAME`, that bounds what any role of any stack
   * may ever do, those of custom resources included. It must be there before the first deployment, and
   * admit what the roles' own policies grant. Roles are changed in place when it changes.
   * @default none
   */
  readonly permissionBoundary?: string;
  /** @default production */
  readonly protection?: Protection;
  /** @default nothing is accepted */
  readonly review?: ReviewDeclaration;
}

/** Types a declaration file's default export; the value is checked by `resolveDeployment`. */
export function defineDeployment(declaration: Declaration): Declaration {
  return declaration;
}

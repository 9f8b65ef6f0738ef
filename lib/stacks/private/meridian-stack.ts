import { Aspects, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { defaultZones, Names } from '../../config';
import type { Deployment, RegionName, StackKind } from '../../config';
import { LogRetention } from '../../constructs/observability';

/** Directories and files that are built before constructs run. */
export interface Artifacts {
  /** Bundle of each service, by its name: `index.mjs` for functions, `server.mjs` for servers. */
  readonly services: Readonly<Record<string, string>>;
  /** Bundle of the migration function. */
  readonly migrate: string;
  /** Bundle of the rotation function. */
  readonly rotate: string;
  /** File with the last version of each schema that the workload's code knows, as JSON. */
  readonly schemas: string;
  /** Bundles of consumers and jobs, by the path that is declared. */
  readonly functions: Readonly<Record<string, string>>;
  /** Bundles of lib/handlers. */
  readonly handlers: {
    readonly binding: string;
    readonly canary: string;
    readonly peering: string;
    readonly proof: string;
    readonly replication: string;
    readonly site: string;
  };
  /** File with the module that a server's container starts with. */
  readonly bootstrap: string;
  /** The same for an instance, which runs it as a file. */
  readonly instanceBootstrap: string;
  /** File with the module by which software balancers follow their servers. */
  readonly balancerDiscovery: string;
  /** File with the authorities of the databases, PEM. */
  readonly certificates: string;
  /** Files of the static site. */
  readonly site: string;
}

/** What every stack of ours is built from. */
export interface MeridianStackProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
}

/** What one class of stacks is. */
export interface StackNature {
  readonly deployment: Deployment;
  readonly kind: StackKind;
  readonly region: RegionName;
  /** Whether there is one in each serving Region, so that its name says which. */
  readonly regional: boolean;
  /** @default computed from kind and Region */
  readonly stackName?: string;
  /** Whether it holds data: such stacks hold nothing else, and refuse to be deleted. */
  readonly stateful: boolean;
  readonly description: string;
}

/** A stack of ours: a computed name, a fixed place, and nothing that is looked up. */
export abstract class MeridianStack extends Stack {
  protected readonly names: Names;
  private readonly zones: readonly string[];

  protected constructor(scope: Construct, id: string, nature: StackNature) {
    const { deployment, kind, region, stateful } = nature;
    const names = new Names(deployment);
    super(scope, id, {
      stackName: nature.stackName ?? names.stack(kind, nature.regional ? region : undefined),
      description: nature.description,
      env: { account: deployment.account, region },
      terminationProtection: stateful && deployment.protection === 'production',
    });
    this.names = names;
    const serving = deployment.regions.find(({ name }) => name === region);
    this.zones = serving?.zones ?? defaultZones(region);
    Aspects.of(this).add(new LogRetention());
    this.bound(deployment.permissionBoundary);
  }

  /** Of the roles that the library adds as well. */
  private bound(policyArn: string | undefined): void {
    if (policyArn === undefined) return;
    const policy = ManagedPolicy.fromManagedPolicyArn(this, 'PermissionBoundary', policyArn);
    PermissionsBoundary.of(this).apply(policy);
  }

  /** From the declaration: the library's own answer is a look-up that needs credentials. */
  public override get availabilityZones(): string[] {
    return [...this.zones];
  }
}

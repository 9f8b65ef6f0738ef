import type { RDSClient, GlobalCluster } from '@aws-sdk/client-rds';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Deployment } from '../../../../../config';
import { clustersOf, Names } from '../../../../../config';
import type { Databases, How, Member } from '../../../failover';
import { reasonOf } from '../look';
import { PATIENCE, PerRegion, rds } from '../../../aws';
import type { Lags } from './lags';

/** Pause between two looks at a promotion, and the longest wait for it, in milliseconds. */
const LOOK_MS = 5_000;
const PROMOTION_MS = 20 * 60_000;
/** Of a copy of which nobody knows how far it is behind: it is chosen last. */
const FARTHEST = -(2n ** 62n);

interface Copy {
  readonly region: string;
  readonly role: Member['role'];
  readonly lagSeconds: number | undefined;
}

/** Aurora global databases, by the API of Regions that answer. */
export class AuroraDatabases implements Databases {
  private readonly names: Names;
  private readonly clients = new PerRegion(
    (region) => new (rds().RDSClient)({ ...PATIENCE, region }),
  );

  public constructor(
    private readonly deployment: Deployment,
    private readonly lags: Lags,
    private readonly lookMs = LOOK_MS,
  ) {
    this.names = new Names(deployment);
  }

  /** A Region's copies of all stores of a shard as one: as far behind as the farthest. */
  public async survey(shard: string): Promise<readonly Member[]> {
    const clusters = this.clustersOf(shard);
    const copies = (await Promise.all(clusters.map((it) => this.copies(it)))).flat();
    const regions = this.deployment.regions.map(({ name }) => name);
    return regions.flatMap((region): Member[] => {
      const own = copies.filter((copy) => copy.region === region);
      if (own.length === 0) return [];
      const roles = own.map(({ role }) => role);
      if (roles.includes('unreachable')) return [{ region, role: 'unreachable', position: 0n }];
      if (roles.includes('headless')) return [{ region, role: 'headless', position: 0n }];
      if (roles.includes('writer')) return [{ region, role: 'writer', position: 0n }];
      const known = own.flatMap(({ lagSeconds }) => lagSeconds ?? []);
      if (known.length < own.length) return [{ region, role: 'standby', position: FARTHEST }];
      const lagSeconds = Math.max(...known);
      const position = -BigInt(Math.round(lagSeconds * 1000));
      return [{ region, role: 'standby', position, lagSeconds }];
    });
  }

  public async promote(shard: string, region: string, how: How): Promise<void> {
    await Promise.all(this.clustersOf(shard).map((it) => this.promoteOne(it, region, how)));
  }

  public close(): void {
    this.clients.close();
  }

  private clustersOf(shard: string): readonly Cluster[] {
    const clusters = clustersOf(this.deployment).filter((it) => it.shard === shard);
    if (clusters.length > 0) return clusters;
    throw new Error(`the declaration has no shard ${shard}`);
  }

  private async copies(cluster: Cluster): Promise<readonly Copy[]> {
    const { store, shard, regions } = cluster;
    const made = await this.globalCluster(cluster, regions);
    const source = regionOf(writerOf(made)?.DBClusterArn);
    return Promise.all(
      regions.map(async (region): Promise<Copy> => {
        const identifier = this.names.cluster(store.name, shard, region);
        const { status, instances } = await this.lookAt(region, identifier);
        const isWriter = memberOf(made, region)?.IsWriter === true;
        // While it is being promoted nobody knows who takes writes.
        const settled = made.Status === 'available';
        if (status === 'available' && instances === 0 && !isWriter)
          return { region, role: 'headless', lagSeconds: undefined };
        const role =
          status !== 'available' ? 'unreachable' : isWriter && settled ? 'writer' : 'standby';
        const lagSeconds =
          role === 'standby' && source !== undefined
            ? await this.lags.seconds(region, identifier, source)
            : undefined;
        return { region, role, lagSeconds };
      }),
    );
  }

  /** Nothing of a cluster that does not answer. */
  private async lookAt(
    region: string,
    identifier: string,
  ): Promise<{ readonly status?: string | undefined; readonly instances?: number | undefined }> {
    const command = new (rds().DescribeDBClustersCommand)({ DBClusterIdentifier: identifier });
    try {
      const [found] = (await this.clients.of(region).send(command)).DBClusters ?? [];
      return { status: found?.Status, instances: found?.DBClusterMembers?.length };
    } catch {
      return {};
    }
  }

  /** As the first Region that answers has it. @throws Error with the reasons of all */
  private async globalCluster(
    { store, shard }: Cluster,
    regions: readonly string[],
  ): Promise<GlobalCluster> {
    const identifier = this.names.globalCluster(store.name, shard);
    const reasons: string[] = [];
    for (const region of regions) {
      try {
        const found = await describe(this.clients.of(region), identifier);
        if (found !== undefined) return found;
        reasons.push(`${region} knows no ${identifier}`);
      } catch (error) {
        reasons.push(`${region}: ${reasonOf(error)}`);
      }
    }
    throw new Error(`${identifier} cannot be described (${reasons.join('; ')})`);
  }

  private async promoteOne(cluster: Cluster, region: string, how: How): Promise<void> {
    const deadline = Date.now() + PROMOTION_MS;
    // The Region that becomes the writer knows best, and is no lost one.
    const asked = [region, ...cluster.regions.filter((it) => it !== region)];
    let ordered = false;
    for (;;) {
      const found = await this.globalCluster(cluster, asked);
      const settled = found.Status === 'available';
      if (settled && memberOf(found, region)?.IsWriter === true) return;
      if (settled && !ordered) {
        await this.order(found, region, how);
        ordered = true;
      }
      if (Date.now() > deadline) {
        throw new Error(`${found.GlobalClusterIdentifier ?? ''} is ${found.Status ?? 'unknown'}`);
      }
      await sleep(this.lookMs);
    }
  }

  /** A switchover is ordered where the writer is, a failover where the new one is. */
  private async order(found: GlobalCluster, region: string, how: How): Promise<void> {
    const target = memberOf(found, region)?.DBClusterArn;
    if (target === undefined) throw new Error(`${region} holds no copy`);
    const which = {
      GlobalClusterIdentifier: found.GlobalClusterIdentifier,
      TargetDbClusterIdentifier: target,
    };
    const { FailoverGlobalClusterCommand, SwitchoverGlobalClusterCommand } = rds();
    if (how === 'failover') {
      const command = new FailoverGlobalClusterCommand({ ...which, AllowDataLoss: true });
      await this.clients.of(region).send(command);
      return;
    }
    const at = regionOf(writerOf(found)?.DBClusterArn) ?? region;
    await this.clients.of(at).send(new SwitchoverGlobalClusterCommand(which));
  }
}

async function describe(client: RDSClient, identifier: string): Promise<GlobalCluster | undefined> {
  const { paginateDescribeGlobalClusters } = rds();
  const pages = paginateDescribeGlobalClusters({ client }, { GlobalClusterIdentifier: identifier });
  for await (const { GlobalClusters: found = [] } of pages) {
    const wanted = found.find(({ GlobalClusterIdentifier: id }) => id === identifier);
    if (wanted !== undefined) return wanted;
  }
  return undefined;
}

function memberOf(
  { GlobalClusterMembers: members = [] }: GlobalCluster,
  region: string,
): (typeof members)[number] | undefined {
  return members.find(({ DBClusterArn: arn }) => regionOf(arn) === region);
}

function writerOf({
  GlobalClusterMembers: members = [],
}: GlobalCluster): (typeof members)[number] | undefined {
  return members.find(({ IsWriter }) => IsWriter === true);
}

/** `arn:aws:rds:REGION:ACCOUNT:cluster:NAME` */
function regionOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[3];
}

import type { Construct } from 'constructs';
import { planName, recoveryPairsOf } from '../config';
import type { Cluster, Recovery as RecoveryConfig, RecoveryPair, RegionName } from '../config';
import { ApproverRole, PlanRole, RegionSwitchPlan } from '../constructs/recovery';
import type { AuroraStep, ChildStep, ParallelStep, RecoveryStep } from '../constructs/recovery';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';

export interface RecoveryProps extends MeridianStackProps {
  /** The declared recovery. */
  readonly recovery: RecoveryConfig;
}

/**
 * Plans by which a person moves what is written in one Region to another, and brings it home: for each
 * home and each Region with a copy one plan, with a child for each store where there are several.
 * Writers are fenced before, and the topology document names the new home after: both are approvals,
 * because neither may be left out where a Region is lost. Traffic needs no step: health checks move it.
 */
export class Recovery extends MeridianStack {
  private readonly approver: string;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: RecoveryProps,
  ) {
    const { deployment, recovery } = props;
    super(scope, id, {
      deployment,
      kind: 'recovery',
      region: recovery.region,
      regional: false,
      stateful: false,
      description: `${deployment.name}: plans to move who writes to another Region`,
    });
    const { account } = deployment;
    const { approverRole } = recovery;
    const own =
      approverRole === undefined ? new ApproverRole(this, 'Approver', { account }) : undefined;
    this.approver = own?.arn ?? approverRole ?? '';
    const plans = recoveryPairsOf(deployment).map((pair) => this.whole(pair));
    own?.mayApprove(plans.map(({ arn }) => arn));
  }

  private whole(pair: RecoveryPair): RegionSwitchPlan {
    const id = idOf(pair);
    const stores = [...pair.stores];
    const children =
      stores.length > 1
        ? stores.map(([store, clusters]): ChildStep => ({
            kind: 'child',
            name: `store-${store}`,
            plan: this.share(`${id}${pascalCase(store)}`, pair, store, clusters),
          }))
        : [];
    const clusters = children.length > 0 ? [] : stores.flatMap(([, held]) => held);
    const move =
      children.length > 0 ? together('stores', children) : this.databases(pair, clusters);
    return this.plan(id, pair, {
      planName: planName(this.props.deployment.name, pair),
      what: `what is written in ${pair.home}`,
      ...{ clusters, children: children.map(({ plan }) => plan.arn) },
      steps: [this.approval('writers-fenced', FENCED), move, this.approval('home-named', NAMED)],
    });
  }

  /** One store's share; its parent has asked for approvals already. */
  private share(
    id: string,
    pair: RecoveryPair,
    store: string,
    clusters: readonly Cluster[],
  ): RegionSwitchPlan {
    return this.plan(id, pair, {
      planName: planName(this.props.deployment.name, pair, store),
      what: `store ${store} of what is written in ${pair.home}`,
      ...{ clusters, children: [] },
      steps: [this.databases(pair, clusters)],
    });
  }

  private plan(id: string, { home, standby }: RecoveryPair, of: PlanParts): RegionSwitchPlan {
    const { account, name, objectives } = this.props.deployment;
    const regions = [home, standby];
    const alarms = Object.fromEntries(
      regions.map((region) => [
        `well-${region}`,
        this.names.alarmArn(`${name}-load-balancer-errors`, region),
      ]),
    );
    const { region: reported, reports } = this.props.recovery;
    const report = reports
      ? { bucketName: this.names.bucket('reports', reported), prefix: of.planName }
      : undefined;
    const { role } = new PlanRole(this, `${id}Role`, {
      ...{ account, regions },
      globalClusters: of.clusters.map(({ store, shard }) =>
        this.names.globalCluster(store.name, shard),
      ),
      clusters: of.clusters.flatMap((cluster) => this.members(cluster, regions)),
      children: of.children,
      alarms: Object.values(alarms),
      ...(report && { report }),
    });
    return new RegionSwitchPlan(this, id, {
      ...{ planName: of.planName, regions, role, alarms },
      ...(report && { report: { ...report, account } }),
      description: `Moves ${of.what} to ${standby}, and brings it home`,
      approach: 'active-passive',
      primary: home,
      objectiveSeconds: objectives.rtoSeconds,
      workflows: [standby, home].map((region) => ({
        ...{ action: 'activate', region, steps: of.steps },
      })),
    });
  }

  /** All at the same time. The Region that is activated is the one that is promoted. */
  private databases({ home, standby }: RecoveryPair, clusters: readonly Cluster[]): RecoveryStep {
    const steps = clusters.map((cluster): AuroraStep => ({
      kind: 'aurora',
      name: `${cluster.store.name}-${cluster.shard}`,
      globalCluster: this.names.globalCluster(cluster.store.name, cluster.shard),
      clusters: this.members(cluster, [home, standby]),
      minutes: this.props.recovery.databaseMinutes,
    }));
    return together('databases', steps);
  }

  private members({ store, shard }: Cluster, regions: readonly RegionName[]): readonly string[] {
    return regions.map((region) => this.names.clusterArn(store.name, shard, region));
  }

  private approval(name: string, description: string): RecoveryStep {
    const { approvalMinutes: minutes } = this.props.recovery;
    return { kind: 'approval', name, description, roleArn: this.approver, minutes };
  }
}

interface PlanParts {
  readonly planName: string;
  readonly what: string;
  readonly clusters: readonly Cluster[];
  /** ARNs. */
  readonly children: readonly string[];
  readonly steps: readonly RecoveryStep[];
}

const ENTRY = 'docs/runbook.md#region-switch-plans';
const FENCED = `The shards that move are fenced, and one lease is over: ${ENTRY}`;
const NAMED = `The topology document names who writes them now: ${ENTRY}`;

function idOf({ home, standby }: RecoveryPair): string {
  return `${pascalCase(home)}To${pascalCase(standby)}`;
}

function together(name: string, steps: ParallelStep['steps']): RecoveryStep {
  const [first, ...others] = steps;
  return first !== undefined && others.length === 0 ? first : { kind: 'parallel', name, steps };
}

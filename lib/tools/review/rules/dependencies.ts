import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import type { Breach, Rule } from '../model';
import { namesOf } from '../private/names';
import { regionsIn } from '../private/regions-in';
import { statementsOf } from '../private/statements';
import { workloadsOf } from '../private/workloads';
import { within } from '../private/view';
import type { View } from '../private/view';

const ISOLATION = 'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries';

/** Variables of functions and containers, with the value as evaluated. */
function* variables(view: View, workload: AssemblyResource): Iterable<readonly [string, Json]> {
  const own = view.at(workload, 'Environment.Variables');
  if (isJsonObject(own)) yield* Object.entries(own);
  for (const container of view.list(workload, 'ContainerDefinitions')) {
    for (const part of ['Environment', 'Secrets']) {
      const entries = within(container, part);
      for (const entry of isJsonList(entries) ? entries : []) {
        const name = view.textOf(within(entry, 'Name')) ?? '?';
        yield [name, within(entry, 'Value') ?? within(entry, 'ValueFrom') ?? ''];
      }
    }
  }
}

export const foreignEndpoint: Rule = {
  id: 'other-region-on-request-path',
  severity: 'error',
  title: 'What serves in a Region is given no address of one other Region',
  reason: 'A Region whose requests need another one fails with it: two are lost where one failed.',
  source: `${ISOLATION}/static-stability.html`,
  remedy: "Give it the Region's own endpoint, or a list of Regions in which any will do.",
  covers: ['R14', 'D24'],
  *check(view) {
    for (const workload of workloadsOf(view)) {
      const own = workload.stack.region;
      for (const [name, value] of variables(view, workload)) {
        // Markers name stacks, and a stack may be named after a Region that it is not in.
        const literal =
          view.textOf(value) ??
          (typeof value === 'string' ? value.replace(/\uE000[^\uE002]*\uE002/g, ' ') : '');
        const [only, ...more] = regionsIn(literal);
        if (only !== undefined && more.length === 0 && only !== own) {
          yield { at: workload, message: `${name} names ${only}: ${literal.slice(0, 120)}` };
        }
      }
      yield* foreignReferences(view, workload);
    }
  },
};

/** What only exists in one Region and is asked while requests are served. */
const REGIONAL =
  /ElastiCache|RDS::(DBCluster|DBInstance|DBProxy)$|ElasticLoadBalancingV2::LoadBalancer|SQS::Queue|EFS|OpenSearch/;

function* foreignReferences(view: View, workload: AssemblyResource): Iterable<Breach> {
  for (const path of ['Environment', 'ContainerDefinitions']) {
    for (const it of view.out(workload, path)) {
      if (it.stack.region === workload.stack.region || !REGIONAL.test(it.type)) continue;
      yield { at: workload, message: `is given ${it.key} of ${it.stack.region}` };
    }
  }
}

export const globalSts: Rule = {
  id: 'sts-global-endpoint',
  severity: 'error',
  title: "Credentials come from the Region's own STS endpoint",
  reason:
    'The global endpoint is served from us-east-1: without it no role can be assumed anywhere.',
  source: 'https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html',
  remedy: 'Set AWS_STS_REGIONAL_ENDPOINTS=regional, and use sts.REGION.amazonaws.com.',
  covers: ['R15'],
  *check(view) {
    for (const workload of workloadsOf(view)) {
      for (const [name, value] of variables(view, workload)) {
        const text = view.textOf(value) ?? '';
        if (name === 'AWS_STS_REGIONAL_ENDPOINTS' && text === 'legacy') {
          yield { at: workload, message: 'uses the legacy global STS endpoint' };
        }
        if (/(^|\W)sts\.amazonaws\.com/.test(text))
          yield { at: workload, message: `${name} names sts.amazonaws.com` };
      }
    }
  },
};

export const missingReplica: Rule = {
  id: 'name-not-in-region',
  severity: 'error',
  title: 'What a Region uses by name or ARN exists in that Region',
  reason:
    'A secret, key, table or image that only another Region has is gone with that Region, or was never there.',
  source: `${ISOLATION}/static-stability.html`,
  remedy: 'Replicate it into every Region that uses it, and let each Region name its own.',
  covers: ['R16', 'R23', 'D12', 'D21'],
  *check(view) {
    const names = view.once(namesOf);
    for (const use of names.uses) {
      const bearers = names.bearers(use);
      if (bearers.here.length > 0 || bearers.elsewhere.length === 0) continue;
      const [bearer] = bearers.elsewhere;
      if (bearer === undefined) continue;
      const where = [...new Set(bearers.elsewhere.map(({ stack }) => stack.region))].join(', ');
      const message = `${use.what} ${use.name} is used in ${use.region} by ${use.by.key} and exists in ${where} only`;
      yield { at: bearer, message };
      yield { at: use.by, message };
    }
  },
};

export const unborneName: Rule = {
  id: 'name-borne-by-nothing',
  severity: 'warning',
  title: 'A name or ARN of this account that is used is borne by some resource of the assembly',
  reason: 'A misspelt name deploys well and fails when it is used, in a failover at the latest.',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/best-practices.html',
  remedy: 'Correct the name, or create what bears it.',
  covers: ['R16'],
  *check(view) {
    const names = view.once(namesOf);
    for (const use of names.uses) {
      const { here, elsewhere } = names.bearers(use);
      if (here.length + elsewhere.length > 0 || !names.kinds.has(use.what)) continue;
      // AWS Backup bears what it restores for a test under names of its own.
      if (use.name.startsWith('awsbackup-')) continue;
      yield {
        at: use.by,
        message: `no ${use.what} of the assembly bears ${use.name} in ${use.region}`,
      };
    }
  },
};

export const foreignKey: Rule = {
  id: 'key-of-other-region',
  severity: 'error',
  title: 'Data at rest is encrypted with a key of its own Region',
  reason:
    "AWS refuses a key of another Region; where a replica's key names it by mistake, nothing can be read without that Region.",
  source: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html',
  remedy: "Name the Region's own key, by alias, or a multi-Region replica of it.",
  covers: ['D12', 'R16', 'R22'],
  *check(view) {
    for (const resource of view.all()) {
      for (const [region, key, path] of keysOf(view, resource)) {
        const [named] = regionsIn(view.textOf(key) ?? '');
        const [referred] = view.refs(key).filter(({ type }) => type.startsWith('AWS::KMS::'));
        const its = named ?? referred?.stack.region;
        if (its !== undefined && its !== region) {
          yield { at: resource, message: `${path} is a key of ${its} for data in ${region}` };
        }
      }
    }
  },
};

const KEYS = ['KmsKeyId', 'KmsKeyArn', 'KMSMasterKeyID', 'KmsMasterKeyId', 'KMSMasterKeyId'];

function* keysOf(
  view: View,
  resource: AssemblyResource,
): Iterable<readonly [string, Json, string]> {
  const own = resource.stack.region;
  for (const name of KEYS) {
    const value = view.at(resource, name);
    if (value !== undefined) yield [own, value, name];
  }
  for (const list of ['ReplicaRegions', 'Replicas']) {
    for (const replica of view.list(resource, list)) {
      const region = view.textOf(within(replica, 'Region')) ?? own;
      const key = within(replica, 'KmsKeyId') ?? within(replica, 'SSESpecification.KMSMasterKeyId');
      if (key !== undefined) yield [region, key, `${list} ${region}`];
    }
  }
}

const CONTROL_PLANE =
  /^(\*|route53:(\*|Change\w*|Create\w*|Delete\w*)|iam:(\*|Create\w*|Put\w*|Attach\w*|Update\w*|Delete\w*)|cloudfront:(\*|Update\w*|Create\w*)|s3:(\*|PutBucket\w*|CreateBucket)|globalaccelerator:(\*|Update\w*|Create\w*)|elasticloadbalancing:(\*|Create\w*|Modify\w*|Set\w*)|rds:(\*|Create\w*|Modify\w*|FailoverGlobalCluster|SwitchoverGlobalCluster))$/i;

export const controlPlane: Rule = {
  id: 'control-plane-on-request-path',
  severity: 'error',
  title: 'What serves requests may not change infrastructure',
  reason:
    'Control planes of global services stand in one Region and fail apart from what they control; a server that needs them fails with them.',
  source: `${ISOLATION}/control-planes-and-data-planes.html`,
  remedy:
    'Use data planes only (records, objects, routing controls), and leave changes to deployments.',
  covers: ['R17', 'D21', 'D22', 'D23'],
  *check(view) {
    for (const workload of workloadsOf(view)) {
      const roles = ['Role', 'TaskRoleArn'].flatMap((path) => view.out(workload, path));
      for (const { policy, statement } of roles.flatMap((role) => statementsOf(view, role))) {
        const bad = statement.allows
          ? statement.actions.filter((action) => CONTROL_PLANE.test(action))
          : [];
        if (bad.length > 0)
          yield { at: policy, message: `lets ${workload.key} call ${bad.join(', ')}` };
      }
    }
  },
};

const CROSS_REGION = /^Custom::CrossRegionExport(Reader|Writer)$/;
/** Values that may cross: see lib/config/bindings.ts. */
const BINDING =
  /^\/[a-z0-9-]+\/bindings\/(zone-id|cidr-collection|cache-datastore|domain-secrets|(nat-addresses|health-check|load-balancer)\/[a-z0-9-]+|dsql-cluster\/[a-z0-9-]+\/[a-z0-9-]+)$/;

export const strongReference: Rule = {
  id: 'cross-region-reference',
  severity: 'error',
  title: 'No stack refers to a stack of another Region but through the closed list of bindings',
  reason:
    'A stack that reads another Region at deployment cannot be deployed, and so not be scaled or repaired, while that Region is down.',
  source: `${ISOLATION}/static-stability.html`,
  remedy: 'Use a computed name, or add the value to the bindings with a reason.',
  covers: ['R18'],
  *check(view) {
    for (const it of view.all().filter(({ type }) => CROSS_REGION.test(type))) {
      yield { at: it, message: "reads or writes another Region's exports" };
    }
    for (const it of view.all('Custom::MeridianBinding')) {
      const name = view.text(it, 'Name') ?? '';
      if (!BINDING.test(name))
        yield { at: it, message: `carries ${name}, which is not in the list of bindings` };
      const [region] = regionsIn(name);
      if (region !== undefined && region !== it.stack.region) {
        yield { at: it, message: `carries ${name} and stands in ${it.stack.region}` };
      }
    }
    const bound = boundKeys(view);
    for (const edge of view.assembly.edges) {
      if (edge.kind !== 'output') continue;
      const [from, to] = [edge.from, edge.to].map((key) => view.assembly.resource(key));
      if (from === undefined || to === undefined || from.stack.region === to.stack.region) continue;
      if (bound.has(edge.to)) continue;
      yield {
        at: from,
        message: `${edge.path} reads ${to.key} of ${to.stack.region} at deployment`,
      };
    }
  },
};

function boundKeys(view: View): ReadonlySet<string> {
  return new Set(
    view
      .all('Custom::MeridianBinding')
      .flatMap((it) => view.out(it, 'Value').map(({ key }) => key)),
  );
}

/** Text in a template that names a stack output of another Region. */
export const weakReference: Rule = {
  id: 'stack-output-of-other-region',
  severity: 'warning',
  title: 'No template reads a stack output of another Region',
  reason:
    'The value is read at deployment from the other Region, and is not read again when it changes there.',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-functions.html',
  remedy: 'Use a computed name.',
  covers: ['R18'],
  *check(view) {
    for (const resource of view.all()) {
      const text = JSON.stringify(resource.properties);
      if (!text.includes('"Fn::GetStackOutput"')) continue;
      for (const [, region] of text.matchAll(/"Region":"([a-z0-9-]+)"/g)) {
        if (region !== undefined && region !== resource.stack.region) {
          yield { at: resource, message: `reads a stack output of ${region}` };
        }
      }
    }
  },
};

export const DEPENDENCY_RULES: readonly Rule[] = [
  foreignEndpoint,
  globalSts,
  missingReplica,
  unborneName,
  foreignKey,
  controlPlane,
  strongReference,
  weakReference,
];

import { instanceSize } from '../../../../config';
import type { AssemblyResource } from '../../../assembly';
import type { ServerConfig } from '../../gateway';
import type { LocalEnvironment } from './functions';
import { findAsset, localEnvironment } from './functions';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';
import { runtimeOnly } from './servers';

export const INSTANCES = 'AWS::AutoScaling::AutoScalingGroup';

/** One server stands for all of a Region's instances. */
const COUNT = 1;
/** As the service of systemd has it, in seconds. */
const STOP_SECONDS = 30;
const DEFAULT_MEMORY_MIB = 1024;
/** The variables in what an instance does at its first start. */
const ENVIRONMENT = /^cat > \/etc\/meridian\/environment <<'(\w+)'\n([^]*?)\n\1$/m;

/**
 * Servers on instances: the module that their bootstrap would fetch, with the variables that stand in
 * the user data of their launch template. A group keeps its zones even by itself.
 *
 * @throws PlanError where its module is not an asset, or its user data is not ours
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-benefits.html#AutoScalingBehavior.Rebalancing
 */
export function planInstances(
  reader: TemplateReader,
  group: AssemblyResource,
  local: LocalEnvironment,
  address: string,
): ServerConfig {
  const template = templateOf(reader, group);
  const { BOOTSTRAP_SERVER_SHA256: sha256 = '', ...variables } = variablesOf(reader, template);
  const file = findAsset(template.stack, variables['BOOTSTRAP_SERVER_KEY'] ?? '');
  if (file === undefined || sha256 === '') {
    throw new PlanError(template.key, 'the module that its bootstrap fetches is no asset');
  }
  const type = reader.text(template, 'LaunchTemplateData', 'InstanceType') ?? '';
  const memoryGiB = instanceSize(type)?.memoryGiB;
  return {
    name: group.logicalId,
    ...{ file, sha256, address, count: COUNT },
    environment: localEnvironment(runtimeOnly(variables), group.stack.region, local),
    port: Number(variables['PORT'] ?? 8080),
    memoryMiB: memoryGiB === undefined ? DEFAULT_MEMORY_MIB : memoryGiB * 1024,
    stopSeconds: STOP_SECONDS,
    graceSeconds: Number(reader.text(group, 'HealthCheckGracePeriod') ?? 0),
    rebalances: true,
  };
}

function templateOf(reader: TemplateReader, group: AssemblyResource): AssemblyResource {
  const specification = asObject(
    raw(group, ['MixedInstancesPolicy', 'LaunchTemplate', 'LaunchTemplateSpecification']),
  );
  const template = reader.target(group, specification['LaunchTemplateId'])?.resource;
  if (template === undefined) throw new PlanError(group.key, 'its launch template is not found');
  return template;
}

/** What an instance of a group does at its first start. */
export function scriptOf(reader: TemplateReader, group: AssemblyResource): string {
  return scriptIn(reader, templateOf(reader, group));
}

function scriptIn(reader: TemplateReader, template: AssemblyResource): string {
  const data = asObject(raw(template, ['LaunchTemplateData', 'UserData']));
  return asText(reader.evaluate(template, data['Fn::Base64'], 'UserData'));
}

function variablesOf(
  reader: TemplateReader,
  template: AssemblyResource,
): Readonly<Record<string, string>> {
  const script = scriptIn(reader, template);
  const [, , text] = ENVIRONMENT.exec(script) ?? [];
  if (text === undefined) {
    throw new PlanError(template.key, 'its user data names no variables of a server');
  }
  return Object.fromEntries(
    text.split('\n').map((line) => {
      const at = line.indexOf('=');
      // Quoted, as systemd reads them.
      return [line.slice(0, at), line.slice(at + 2, -1).replace(/\\(["\\`$])/g, '$1')];
    }),
  );
}

/** The group whose instances register with a target group. */
export function groupOf(
  reader: TemplateReader,
  targetGroup: AssemblyResource,
): AssemblyResource | undefined {
  return reader
    .resources(INSTANCES, targetGroup.stack.region)
    .find((group) =>
      asList(raw(group, ['TargetGroupARNs'])).some(
        (it) => reader.target(group, it)?.resource === targetGroup,
      ),
    );
}

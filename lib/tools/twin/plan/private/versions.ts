import type { AssemblyResource } from '../../../assembly';
import type { FunctionConfig, FunctionRollout } from '../../gateway';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';

/** What a function's alias says of its versions; nothing for a function without one. */
export function planVersions(
  reader: TemplateReader,
  of: AssemblyResource,
): Pick<FunctionConfig, 'version' | 'additional' | 'rollout'> {
  const alias = reader
    .resources('AWS::Lambda::Alias', of.stack.region)
    .find((it) => reader.target(it, raw(it, ['FunctionName']))?.resource === of);
  if (alias === undefined) return {};
  const weights = asList(raw(alias, ['RoutingConfig', 'AdditionalVersionWeights'])).map(asObject);
  const additional = weights.map(({ FunctionVersion: version, FunctionWeight: weight }) => ({
    version: nameOf(reader, alias, version),
    weight: weightOf(reader, alias, weight),
  }));
  const rollout = rolloutOf(reader, alias);
  return {
    version: nameOf(reader, alias, raw(alias, ['FunctionVersion'])),
    ...(additional.length > 0 && { additional }),
    ...(rollout !== undefined && { rollout }),
  };
}

/** AWS numbers versions at a deployment; here one is called as the template calls it. */
function nameOf(reader: TemplateReader, alias: AssemblyResource, version: unknown): string {
  const target = reader.target(alias, version)?.resource.logicalId;
  return target ?? (typeof version === 'string' ? version : '$LATEST');
}

/** @throws PlanError for what is no share */
function weightOf(reader: TemplateReader, alias: AssemblyResource, weight: unknown): number {
  const value = Number(reader.evaluate(alias, weight, 'RoutingConfig'));
  if (value >= 0 && value <= 1) return value;
  throw new PlanError(alias.key, `a version's weight must be from 0 to 1, got: ${String(weight)}`);
}

/** CodeDeploy's own configurations, such as `CodeDeployDefault.LambdaCanary10Percent5Minutes`. */
const CONFIGURATION =
  /^CodeDeployDefault\.Lambda(?:AllAtOnce|(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?)$/;

/** @throws PlanError for a configuration that is not CodeDeploy's own */
function rolloutOf(reader: TemplateReader, alias: AssemblyResource): FunctionRollout | undefined {
  const update = asObject(alias.updatePolicy['CodeDeployLambdaAliasUpdate']);
  const group = reader.target(alias, update['DeploymentGroupName'])?.resource;
  if (group === undefined) return undefined;
  const name = asText(raw(group, ['DeploymentConfigName']) ?? 'CodeDeployDefault.LambdaAllAtOnce');
  const found = CONFIGURATION.exec(name);
  if (found === null) throw new PlanError(group.key, `it knows no roll-out by ${name}`);
  const [, kind, percent, minutes] = found;
  if (kind === undefined) return undefined;
  const firstShare = Number(percent) / 100;
  const alarms = asObject(raw(group, ['AlarmConfiguration']));
  return {
    firstShare,
    stepShare: kind === 'Canary' ? 1 - firstShare : firstShare,
    intervalSeconds: 60 * Number(minutes),
    watched: alarms['Enabled'] !== false && asList(alarms['Alarms']).length > 0,
  };
}

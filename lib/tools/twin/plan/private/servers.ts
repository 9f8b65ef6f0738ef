import type { AssemblyResource, JsonObject } from '../../../assembly';
import type { ServerConfig } from '../../gateway';
import type { LocalEnvironment } from './functions';
import { findAsset, localEnvironment } from './functions';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';

/** One server stands for all of a Region: this machine has to carry every Region at once. */
const COUNT = 1;
/** How long a container has to end by default, in seconds. */
const STOP_SECONDS = 30;

/**
 * Servers of a container service: the module that its bootstrap would fetch, with the container's
 * environment.
 *
 * @param address at which the Region's servers are reached
 * @throws PlanError where its module is not an asset of the assembly, or it runs an image of its own
 */
export function planServers(
  reader: TemplateReader,
  service: AssemblyResource,
  local: LocalEnvironment,
  address: string,
): ServerConfig {
  const balancer = asObject(asList(raw(service, ['LoadBalancers']))[0]);
  const task = reader.target(service, raw(service, ['TaskDefinition']))?.resource;
  const wanted = reader.evaluate(service, balancer['ContainerName'], 'LoadBalancers');
  const container = asList(task && raw(task, ['ContainerDefinitions']))
    .map(asObject)
    .find((it) => it['Name'] === wanted);
  if (task === undefined || container === undefined) {
    throw new PlanError(service.key, 'the container of its load balancer is not found');
  }
  if (container['Command'] === undefined) {
    const image = reader.evaluate(task, container['Image'], 'ContainerDefinitions');
    throw new PlanError(
      task.key,
      `runs the image ${asText(image)}, and the twin has no container runtime: it runs a \`bundle\``,
    );
  }
  const { BOOTSTRAP_SERVER_SHA256: sha256 = '', ...variables } = variablesOf(
    reader,
    task,
    container,
  );
  const file = findAsset(task.stack, variables['BOOTSTRAP_SERVER_KEY'] ?? '');
  if (file === undefined || sha256 === '') {
    throw new PlanError(task.key, 'the module that its bootstrap fetches is no asset');
  }
  const number = (of: AssemblyResource, value: unknown, otherwise: number) =>
    Number(reader.evaluate(of, value ?? otherwise, 'ContainerDefinitions'));
  return {
    name: reader.text(service, 'ServiceName') ?? service.logicalId,
    ...{ file, sha256, address, count: COUNT },
    environment: localEnvironment(runtimeOnly(variables), service.stack.region, local),
    port: number(service, balancer['ContainerPort'], 8080),
    memoryMiB: Number(reader.needed(task, 'Memory')),
    stopSeconds: number(task, container['StopTimeout'], STOP_SECONDS),
    graceSeconds: Number(reader.text(service, 'HealthCheckGracePeriodSeconds') ?? 0),
    circuitBreaker: takesBack(reader, service),
    // Of a service that is created without a word of it, too.
    rebalances: reader.text(service, 'AvailabilityZoneRebalancing') !== 'DISABLED',
  };
}

function takesBack(reader: TemplateReader, service: AssemblyResource): boolean {
  const breaker = ['DeploymentConfiguration', 'DeploymentCircuitBreaker'];
  return ['Enable', 'Rollback'].every((it) => reader.text(service, ...breaker, it) === 'true');
}

function variablesOf(
  reader: TemplateReader,
  task: AssemblyResource,
  container: JsonObject,
): Readonly<Record<string, string>> {
  const pairs = asList(container['Environment']).map(asObject);
  return Object.fromEntries(
    pairs.map(({ Name, Value }) => [
      asText(Name ?? ''),
      asText(reader.evaluate(task, Value ?? '', 'Environment')),
    ]),
  );
}

/** What the bootstrap alone needs, and the port, are not the module's business here. */
export function runtimeOnly(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !name.startsWith('BOOTSTRAP_') && name !== 'PORT'),
  );
}

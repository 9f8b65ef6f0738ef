import type { Deployment } from './deployment';
import { readBackup } from './private/backup-section';
import { readCache } from './private/cache-section';
import { checkComputedNames } from './private/computed-names';
import { readControlRegions } from './private/control-section';
import { checkDoors, checkEdge, readEdge } from './private/edge-section';
import { checkEgress, readEgress } from './private/egress-section';
import { readExperiments } from './private/experiments-section';
import { Field } from './private/field';
import { readRecovery } from './private/recovery-section';
import { readObservability } from './private/observability-section';
import { readProduct } from './private/product';
import { readUploads } from './private/uploads-section';
import { checkHeadless } from './private/stores/headless';
import { readReview } from './private/review-section';
import { readRegions } from './private/regions-section';
import { readServer } from './private/server-section';
import { readDelegations } from './private/delegations-section';
import { readRouting } from './private/routing-section';
import { nameQueues } from './private/queue-ages';
import { readJobs, readQueues } from './private/queues-section';
import { GROWTH_STAGES } from './growth-stages';
import { readServices } from './private/services-section';
import { SAMPLE_BUNDLE } from './sample';
import { readShards } from './private/shards-section';
import { checkStackSizes } from './private/stack-sizes';
import { storesOf } from './stores';
import { readDomains, readStores, readTableRegions } from './private/stores-section';

const DECLARATION = [
  'schemaVersion',
  'stage',
  'account',
  'domainName',
  'regions',
  'demand',
  'name',
  'birthRegion',
  'zone',
  'controlRegions',
  'stores',
  'domains',
  'shards',
  'tableRegions',
  'services',
  'server',
  'cache',
  'uploads',
  'backup',
  'recovery',
  'experiments',
  'secretRotationDays',
  'network',
  'edge',
  'routing',
  'delegations',
  'queues',
  'jobs',
  'objectives',
  'observability',
  'permissionBoundary',
  'protection',
  'review',
];

/**
 * Checks a declaration and fills in every default. The input may be anything at all: a declaration
 * comes from a file that somebody wrote.
 *
 * @throws DeclarationError with every fault found, and nothing else
 */
export function resolveDeployment(input: unknown): Deployment {
  const root = new Field('', input);
  const at = root.properties(DECLARATION);
  if (at === undefined) return root.fail();

  const product = readProduct(at);
  const regions = readRegions(at('regions'), product.stage);
  const regionNames = regions.map(({ name }) => name);
  const birthRegion = readBirthRegion(at('birthRegion'), regionNames);
  const where = { regions: regionNames, birthRegion, stage: product.stage };
  const tableRegions = readTableRegions(at('tableRegions'), where);
  const stores = readStores(at('stores'), where, tableRegions);
  const domains = readDomains(at('domains'), stores);
  const shards = readShards(at('shards'), storesOf({ stores }, 'aurora'), where);
  const services = readServices(at('services'), {
    regions: regionNames,
    stores: storesOf({ stores }, 'aurora'),
    domains,
    load: { demand: product.demand, regions: Math.max(regions.length, 1) },
  });
  const sample =
    GROWTH_STAGES[product.stage].queues && services.some(({ bundle }) => bundle === SAMPLE_BUNDLE);
  const controlRegions = readControlRegions(at('controlRegions'));
  const uploads = readUploads(at('uploads'), product);
  const placed = { ...product, regions, stores, shards, controlRegions, uploads };
  const held = { ...placed, birthRegion: birthRegion ?? '' };
  checkHeadless(at('stores'), held);
  const deployment = nameQueues(at('services'), {
    schemaVersion: 1,
    ...held,
    edgeRegion: 'us-east-1',
    domains,
    tableRegions,
    services,
    queues: readQueues(at('queues'), sample),
    jobs: readJobs(at('jobs'), sample),
    server: readServer(at, product.stage),
    cache: readCache(at('cache'), { ...where, services }),
    backup: readBackup(at('backup'), held),
    recovery: readRecovery(at('recovery'), held),
    experiments: readExperiments(at('experiments'), { ...held, services }),
    network: readEgress(at('network')),
    edge: readEdge(at('edge')),
    observability: readObservability(at('observability'), { ...product, services }),
    routing: readRouting(at('routing'), regionNames),
    delegations: readDelegations(at('delegations'), product.domainName),
    review: readReview(at('review')),
  });
  checkTogether(root, at, deployment);
  root.throwIfFaulty();
  return deployment;
}

/** What no section can tell by itself. */
function checkTogether(root: Field, at: (name: string) => Field, deployment: Deployment): void {
  const { stage, services } = deployment;
  // One server runs a module beside its database, and has no container runtime.
  if (stage === 'single-server' && services.some(({ image }) => image !== undefined))
    at('services').reject('a `bundle` at stage single-server', 'an image');
  checkEdge(at('routing'), deployment);
  checkEgress(at, deployment);
  checkDoors(at('services'), deployment);
  checkComputedNames(root, deployment);
  checkStackSizes(root, deployment);
}

function readBirthRegion(birth: Field, regions: readonly string[]): string | undefined {
  return birth.present ? birth.reference(regions, 'one of `regions`') : regions[0];
}

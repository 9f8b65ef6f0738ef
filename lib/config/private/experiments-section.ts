import { clustersOf } from '../clusters';
import type { Deployment } from '../deployment';
import { EXPERIMENT_KINDS, MOST_EXPERIMENT_MINUTES } from '../experiment-declaration';
import type { ExperimentKind, Experiments } from '../experiment-declaration';
import type { Field } from './field';
import { integer, oneOf } from './rules';

const EXPERIMENTS = ['kinds', 'minutes'];
const KINDS = `a list of ${EXPERIMENT_KINDS.map((kind) => `"${kind}"`).join(', ')}`;
const USUAL_MINUTES = 10;

/** What the section is held against. */
export type Experimented = Pick<
  Deployment,
  'stage' | 'regions' | 'stores' | 'shards' | 'birthRegion' | 'services'
>;

/** Experiments that a person may start; `undefined` for none, which is the default. */
export function readExperiments(field: Field, of: Experimented): Experiments | undefined {
  if (!field.present || field.value === false) return undefined;
  if (of.stage === 'single-server') {
    field.reject('false (at stage single-server): with one server there is nothing to fail over');
    return undefined;
  }
  const at = field.properties(EXPERIMENTS);
  if (at === undefined) return undefined;
  if (of.services.length === 0)
    field.reject('false without `services`: no alarm would stop them', 'an experiment');
  return {
    kinds: readKinds(at('kinds'), of),
    minutes: at('minutes').optional(integer(1, MOST_EXPERIMENT_MINUTES), USUAL_MINUTES),
  };
}

function readKinds(field: Field, of: Experimented): readonly ExperimentKind[] {
  if (!field.present) return EXPERIMENT_KINDS.filter((kind) => lackOf(kind, of) === undefined);
  const items = field.list(KINDS) ?? [];
  if (items.length === 0 && !field.faulty) field.reject(`${KINDS}, at least one`);
  const kinds = items.map((item) => {
    const kind = item.require(oneOf(EXPERIMENT_KINDS), 'zone-power');
    const lack = item.faulty ? undefined : lackOf(kind, of);
    if (lack !== undefined) item.reject(lack);
    return kind;
  });
  return EXPERIMENT_KINDS.filter((kind) => kinds.includes(kind));
}

/** What a deployment must have so that an experiment has a target, where it has not. */
function lackOf(kind: ExperimentKind, of: Experimented): string | undefined {
  if (kind === 'region-connectivity' && of.regions.length < 2)
    return 'another kind, or two `regions`: there is no other one to lose';
  const fails = clustersOf(of).some(({ store }) => store.instancesPerRegion > 1);
  if (kind === 'database-failover' && !fails)
    return 'another kind, or an `aurora` store with `instancesPerRegion` of 2 or more';
  return undefined;
}

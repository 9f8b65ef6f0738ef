import type { Deployment } from '../deployment';
import type { Observability } from '../observability-declaration';
import { SAMPLE_BUNDLE } from '../sample';
import { readBudget } from './budget-section';
import type { Field } from './field';
import { flag, integer, number, text } from './rules';
import { readServiceObjectives } from './service-objectives-section';

const OBSERVABILITY = ['dashboards', 'canaries', 'budget', 'objectives', 'tracing'];
const CANARIES = ['readPath', 'slowMilliseconds'];
const READ_PATH = text(
  /^\/api\/[\w.~/-]{1,100}(\?[\w.~=&%-]{1,100})?$/,
  'a path below /api/, such as "/api/tags", which answers anybody with 200 and JSON',
);
const TRACED_SHARE = number((value) => value >= 0 && value <= 1, 'of 0 to 1');
const SAMPLE_READ_PATH = '/api/tags';

type Observed = Pick<Deployment, 'stage' | 'services'>;

/** What is seen beside alarms; one server has only a budget. */
export function readObservability(field: Field, of: Observed): Observability {
  const alone = of.stage === 'single-server';
  const at = field.present ? field.properties(OBSERVABILITY) : undefined;
  const dashboards = at?.('dashboards').optional(flag, !alone) ?? !alone;
  if (alone && dashboards)
    at?.('dashboards').reject(
      'false (at stage single-server): a dashboard shows what alarms watch',
    );
  return {
    dashboards,
    canaries: at && readCanaries(at('canaries'), of),
    budget: at && readBudget(at('budget')),
    objectives: at && readServiceObjectives(at('objectives'), of),
    tracing: at && readTracing(at('tracing'), of),
  };
}

function readTracing(field: Field, { stage }: Observed): Observability['tracing'] {
  if (!field.present || field.value === false) return undefined;
  if (stage === 'single-server') {
    field.reject('false (at stage single-server): there is one log');
    return undefined;
  }
  const at = field.properties(['sampledShare']);
  return at && { sampledShare: at('sampledShare').optional(TRACED_SHARE, 0.05) };
}

function readCanaries(field: Field, { stage, services }: Observed): Observability['canaries'] {
  if (!field.present || field.value === false) return undefined;
  if (stage === 'single-server') {
    field.reject('false (at stage single-server): there is no network to ask from');
    return undefined;
  }
  const at = field.properties(CANARIES);
  if (at === undefined) return undefined;
  const sample = services.every(({ bundle }) => bundle === SAMPLE_BUNDLE);
  const path = at('readPath');
  return {
    readPath: sample ? path.optional(READ_PATH, SAMPLE_READ_PATH) : path.require(READ_PATH, ''),
    slowMilliseconds: at('slowMilliseconds').optional(integer(100, 10_000), 2_000),
  };
}

import type { Deployment } from '../deployment';
import type { Observability } from '../observability-declaration';
import type { Field } from './field';
import { flag } from './rules';

const OBSERVABILITY = ['dashboards'];

/** What is seen beside alarms; one server has neither. */
export function readObservability(
  field: Field,
  { stage }: Pick<Deployment, 'stage'>,
): Observability {
  const alone = stage === 'single-server';
  const at = field.present ? field.properties(OBSERVABILITY) : undefined;
  const dashboards = at?.('dashboards').optional(flag, !alone) ?? !alone;
  if (alone && dashboards)
    at?.('dashboards').reject(
      'false (at stage single-server): a dashboard shows what alarms watch',
    );
  return { dashboards };
}

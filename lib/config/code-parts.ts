import type { Deployment } from './deployment';
import type { CodePart } from './names';
import { SAMPLE_BUNDLE } from './sample';

/** Parts of a Region's code that say which schemas they know: those of the sample workload. */
export function codePartsOf({
  services,
  queues,
  jobs,
}: Pick<Deployment, 'services' | 'queues' | 'jobs'>): readonly CodePart[] {
  if (!services.some(({ bundle }) => bundle === SAMPLE_BUNDLE)) return [];
  const works = jobs.length > 0 || queues.some(({ consumer }) => consumer !== undefined);
  return works ? ['service', 'work'] : ['service'];
}

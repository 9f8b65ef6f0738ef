import { resolveDeployment } from '../../lib/config';
import type { Declaration, Deployment } from '../../lib/config';
import reference from '../../lib/config/declarations/multi-region';

/** The reference deployment, with a few declared properties of one's own. */
export function deploymentWith(changes: Partial<Declaration> = {}): Deployment {
  return resolveDeployment({ ...reference, ...changes });
}

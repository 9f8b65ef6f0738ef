import { adversity } from './adversity.mjs';
import { checkov } from './checkov.mjs';
import { cdkValidation } from './cdk-validation.mjs';
import { cdkNag } from './cdk-nag.mjs';
import { cfnLint } from './cfn-lint.mjs';
import { drills } from './drills.mjs';
import { review } from './review.mjs';

/**
 * The steps of `npm run verify`, in order. A step is a function of `{ root, work }` (the package, and a
 * directory that is removed afterwards) that promises one of
 * - `{ faults: string[], detail: string }`: it failed where there is a fault,
 * - `{ reason: string, remedy: string }`: it could not run here.
 *
 * @type {Record<string, (context: { root: string, work: string }) => Promise<object>>}
 */
export const STEPS = {
  drills,
  adversity,
  review,
  'cdk-validation': cdkValidation,
  'cfn-lint': cfnLint,
  checkov,
  'cdk-nag': cdkNag,
};

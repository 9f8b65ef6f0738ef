// `npm run build`: the bundles that the CDK application and the twin use, made ahead of time.
import { join } from 'node:path';
import { buildBundlesOf } from '../lib/tools/bundle';
import { DEFAULT_DECLARATION, loadDeployment } from '../lib/tools/declaration';

const root = join(__dirname, '..');
const deployment = loadDeployment(DEFAULT_DECLARATION, { cwd: root });

buildBundlesOf(deployment, { root, cwd: root }).then(
  (bundles) => {
    console.log(JSON.stringify(bundles, undefined, 2));
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);

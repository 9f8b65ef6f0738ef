// What cdk-nag's AwsSolutions pack finds in a declaration's stacks, as JSON; `cdk-nag.mjs` judges it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { context } from '../../cdk.json';
import { declareStacks } from '../../lib/stages';
import { buildBundlesOf } from '../../lib/tools/bundle';
import { loadDeployment } from '../../lib/tools/declaration';

/** As the steps of `npm run verify` have it. */
interface Finding {
  readonly rule: string;
  readonly place: string;
  readonly message: string;
}

async function main(declaration: string): Promise<void> {
  const root = join(__dirname, '../..');
  const outdir = mkdtempSync(join(tmpdir(), 'meridian-nag-'));
  try {
    const deployment = loadDeployment(declaration, { cwd: root });
    const artifacts = await buildBundlesOf(deployment, { root, cwd: root });
    const app = new App({ context, stackTraces: false, outdir });
    declareStacks(app, { deployment, artifacts });
    app.synth();
    process.stdout.write(JSON.stringify(findings(app)));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function findings(app: App): readonly Finding[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath = '', resourceLogicalId = '' }) => ({
      rule: ruleName,
      place: constructPath === '' ? resourceLogicalId : constructPath,
      message: description,
    })),
  );
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { context } from '../cdk.json';
import { DeclarationError } from '../lib/config';
import type { Deployment } from '../lib/config';
import { declareStacks } from '../lib/stages';
import { buildBundlesOf, BundleError } from '../lib/tools/bundle';
import { DEFAULT_DECLARATION, LoadError, loadDeployment } from '../lib/tools/declaration';

/** The CDK application: `node --import tsx bin/app.ts`, with or without the CDK command line. */
async function main(): Promise<void> {
  const app = new App({
    // The flags of cdk.json hold without the command line too. Stack traces cost time and would put
    // this checkout's path into the assembly.
    context: { ...context, 'aws:cdk:disable-creation-stack-traces': true },
    stackTraces: false,
    outdir: process.env.CDK_OUTDIR ?? 'cdk.out',
  });
  const named: unknown = app.node.tryGetContext('declaration') ?? DEFAULT_DECLARATION;
  const [root, cwd] = [join(__dirname, '..'), process.cwd()];
  const deployment = loadDeployment(String(named), { cwd });
  const artifacts = await buildBundlesOf(deployment, { root, cwd });
  declareStacks(app, { deployment, artifacts });
  if (String(app.node.tryGetContext('review')) === 'true') await addReview(app, deployment);
  app.synth();
}

/** `-c review=true`: the synth shows what would not survive, and fails on an error. */
async function addReview(app: App, deployment: Deployment): Promise<void> {
  const { intentOf, ReviewPlugin } = await import('../lib/tools/review');
  Validations.of(app).addPlugins(new ReviewPlugin(intentOf(deployment)));
}

main().catch((error: unknown) => {
  const expected = [DeclarationError, LoadError, BundleError].some((kind) => error instanceof kind);
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 1;
});

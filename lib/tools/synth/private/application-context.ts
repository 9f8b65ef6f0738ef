import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of cdk.json that decide what the application writes. */
interface CdkJson {
  readonly context?: Record<string, unknown>;
  readonly pathMetadata?: boolean;
  readonly assetMetadata?: boolean;
  readonly versionReporting?: boolean;
}

/**
 * Context as the CDK command line hands it to an application: cdk.json, then cdk.context.json, then
 * what is given on the command line, then what its settings turn into.
 */
export function applicationContext(
  root: string,
  given: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const settings = readJson(join(root, 'cdk.json')) as CdkJson;
  const { pathMetadata = true, assetMetadata = true, versionReporting = true } = settings;
  return {
    ...settings.context,
    ...(readJson(join(root, 'cdk.context.json')) as Record<string, unknown>),
    ...given,
    ...(pathMetadata && { 'aws:cdk:enable-path-metadata': true }),
    ...(assetMetadata && { 'aws:cdk:enable-asset-metadata': true }),
    ...(versionReporting
      ? { 'aws:cdk:version-reporting': true }
      : { 'aws:cdk:disable-version-reporting': true }),
    'aws:cdk:bundling-stacks': ['**'],
  };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

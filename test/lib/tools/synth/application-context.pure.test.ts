import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationContext } from '../../../../lib/tools/synth/private/application-context';

const root = mkdtempSync(join(tmpdir(), 'meridian-context-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

function contextOf(cdk: object, cached: object, given: Record<string, string>): unknown {
  writeFileSync(join(root, 'cdk.json'), JSON.stringify(cdk));
  writeFileSync(join(root, 'cdk.context.json'), JSON.stringify(cached));
  return applicationContext(root, given);
}

it('lets what is given win over cdk.context.json, and that over cdk.json', () => {
  const context = { a: 'settings', b: 'settings', c: 'settings' };
  expect(contextOf({ context }, { b: 'cached', c: 'cached' }, { c: 'given' })).toMatchObject({
    a: 'settings',
    b: 'cached',
    c: 'given',
  });
});

it('turns settings into context as the CDK command line does', () => {
  const off = { pathMetadata: false, assetMetadata: false, versionReporting: false };
  expect(contextOf(off, {}, {})).toEqual({
    'aws:cdk:disable-version-reporting': true,
    'aws:cdk:bundling-stacks': ['**'],
  });
  expect(contextOf({}, {}, {})).toEqual({
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:version-reporting': true,
    'aws:cdk:bundling-stacks': ['**'],
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { emulatorPython } from './emulator';

/** What keeps the resources of a type: `service` and `own handler` are deployed, the last is not. */
export type Kind = 'service' | 'own handler' | 'record only';

export interface Coverage {
  /** Types that the emulator's own services keep. */
  readonly service: readonly string[];
  /** Type to what we add to the emulator's handler. */
  readonly completed: Readonly<Record<string, string>>;
  /** Type to the API through which our handler keeps it. */
  readonly own: Readonly<Record<string, string>>;
  /** Type to why it is only written down. */
  readonly recorded: Readonly<Record<string, string>>;
}

/** References that the ring deploys; the others' types are known, not tried. */
const DEPLOYED: readonly string[] = [
  'single-server',
  'load-balanced',
  'replicated',
  'multi-region',
  'multi-region with vpc-origin',
  'data of strong',
];

/** What a deployed resource of the type still does not do here. */
const LIMITS: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::AutoScalingGroup':
    'metadata: the ring runs the user data of one instance itself',
  'AWS::CloudFront::Distribution':
    'no TLS, no cache, no country of the viewer; origins of public names are not reached',
  'AWS::CloudWatch::Alarm': 'not evaluated',
  'AWS::CertificateManager::Certificate': 'issued at once, without validation',
  'AWS::DSQL::Cluster': 'no engine runs',
  'AWS::EC2::SecurityGroup': 'no packet is filtered',
  'AWS::ECS::Service': 'tasks are metadata: no container runs',
  'AWS::ElastiCache::ReplicationGroup': 'metadata: no engine runs, the workload goes without',
  'AWS::ElasticLoadBalancingV2::Listener': 'no TLS',
  'AWS::IAM::Policy': 'not evaluated: everything is allowed',
  'AWS::IAM::Role': 'not evaluated: everything is allowed',
  'AWS::Lambda::Function': "runs the deployed bundle on this machine's Node.js",
  'AWS::Route53::HealthCheck': 'not carried out',
  'AWS::SecretsManager::RotationSchedule': 'the function is not called',
  'AWS::WAFv2::WebACL': 'no request is filtered',
};

/** As the emulator with its plug-in says. */
export async function readCoverage(): Promise<Coverage> {
  const { stdout } = await promisify(execFile)(emulatorPython(), ['-m', 'plugin', 'coverage'], {
    env: { PYTHONPATH: __dirname, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return JSON.parse(stdout) as Coverage;
}

export function kindOf(type: string, { service, own, recorded }: Coverage): Kind | undefined {
  if (type in recorded) return 'record only';
  if (type in own) return 'own handler';
  // A custom resource is what its function does, which Lambda runs.
  return type.startsWith('Custom::') || service.includes(type) ? 'service' : undefined;
}

/**
 * The page docs/emulator-coverage.md.
 * @param types type to the references that have it
 */
export function coveragePage(
  types: ReadonlyMap<string, readonly string[]>,
  coverage: Coverage,
): string {
  const names = [...types.keys()].sort();
  const count = (kind: Kind | undefined): number =>
    names.filter((name) => kindOf(name, coverage) === kind).length;
  const rows = names.map((name) => {
    const kind = kindOf(name, coverage) ?? '**missing**';
    const { completed, own, recorded } = coverage;
    const how = own[name] ?? recorded[name] ?? (completed[name] && `completed: ${completed[name]}`);
    const tried = types.get(name)?.some((reference) => DEPLOYED.includes(reference)) === true;
    const custom = name.startsWith('Custom::') ? 'its function runs' : undefined;
    const notes = [how, LIMITS[name], custom, tried ? undefined : '**not tried by the ring**'];
    return `| \`${name}\` | ${kind} | ${notes.filter((note) => (note ?? '') !== '').join('; ')} |`;
  });
  const missing = count(undefined);
  return `# What the emulator covers

Written by \`npm run test:deploy\`, which deploys with the real CDK command line to
[ministack](https://pypi.org/project/ministack/) 1.5.33 and the plug-in in \`test/support/emulator/plugin\`.
Nothing here has been deployed to AWS by it.

- \`service\`: a service of the emulator keeps the resource, and its API shows it.
- \`own handler\`: a handler of ours makes it through the emulator's API and refuses what AWS refuses.
- \`record only\`: properties are checked and written down. **It counts as not deployed.**

The ring deploys ${DEPLOYED.join(', ')}. Of ${names.length} types in the reference declarations ${count('service')} are kept by a service, ${count('own handler')} by a
handler of ours, ${count('record only')} are recorded only${missing > 0 ? `, and ${missing} are missing` : ''}.

| type | kept by | how, and what it does not do |
| ---- | ------- | ---------------------------- |
${rows.join('\n')}
`;
}

import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';
import { Fixtures } from '../../assembly/fixture';
import { assemblyFiles } from '../../assembly/fixture';
import { loadAssembly } from '../../../../../lib/tools/assembly';
import { review } from '../../../../../lib/tools/review';

const KEPT = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
const application = (): Stacks => ({
  data: {
    region: 'eu-west-1',
    template: {
      Resources: {
        Cluster: resource('AWS::RDS::DBCluster', { DeletionProtection: true }, KEPT),
        Bucket: resource('AWS::S3::Bucket', {}, KEPT),
      },
    },
  },
  zone: {
    region: 'us-east-1',
    template: {
      Resources: {
        Zone: resource(
          'AWS::Route53::HostedZone',
          { Name: 'example.com', HostedZoneFeatures: { EnableAcceleratedRecovery: true } },
          KEPT,
        ),
      },
    },
  },
});

// prettier-ignore
const CASES: readonly Case[] = [
  ['stateful-not-retained', 'a cluster deleted with its stack', 'data/Cluster', (it) => { it.attribute('data/Cluster', 'DeletionPolicy', 'Delete'); }],
  ['stateful-not-retained', 'a bucket lost when replaced', 'data/Bucket', (it) => { it.attribute('data/Bucket', 'UpdateReplacePolicy', undefined); }],
  ['deletion-unprotected', 'a cluster that one call deletes', 'data/Cluster', (it) => { it.set('data/Cluster', 'DeletionProtection', false); }],
  ['stateful-beside-stateless', 'servers beside a database', 'data/Cluster', (it) => { it.add('data/Service', resource('AWS::ECS::Service', {})); }],
  ['zone-recovery-slow', 'a zone without accelerated recovery', 'zone/Zone', (it) => { it.drop('zone/Zone', 'HostedZoneFeatures'); }],
  ['zone-in-regional-stack', 'a zone beside a load balancer', 'zone/Zone', (it) => { it.add('zone/Balancer', resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {})); }],
];

describeCases(application, CASES);

describe('stack-unprotected', () => {
  const fixtures = new Fixtures();
  afterAll(() => {
    fixtures.remove();
  });

  it('finds stacks with data that may be deleted, where the assembly says so of others', () => {
    const files = assemblyFiles(application());
    const { artifacts } = files['manifest.json'];
    (artifacts['data'] as { properties: object }).properties = {
      templateFile: 'data.template.json',
      terminationProtection: true,
    };
    const { findings } = review(loadAssembly(fixtures.write(files)));
    const found = findings.filter(({ rule }) => rule === 'stack-unprotected');
    expect(found.map(({ resource: at }) => at)).toEqual(['zone']);
  });

  it('asks nothing of an ephemeral deployment', () => {
    const stacks = application();
    stacks['data']!.template.Resources['Cluster']!['DeletionPolicy'] = 'Delete';
    const { findings } = review(fixtures.load(stacks), { intent: { production: false } });
    expect(findings.map(({ rule }) => rule)).not.toContain('stateful-not-retained');
  });
});

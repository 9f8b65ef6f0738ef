import { loadAssembly } from '../../../../../lib/tools/assembly';
import { findHaproxy } from '../../../../../lib/tools/twin/gateway';
import type { PlannedRegion } from '../../../../../lib/tools/twin/plan';
import { planTwin, surveyAssembly } from '../../../../../lib/tools/twin/plan';
import type { LoadBalancingDeclaration } from '../../../../../lib/config';
import { synthesized } from '../../../../support/assembly';
import { placesOf } from '../../../../support/twin-places';

jest.setTimeout(120_000);

async function planned(loadBalancing: LoadBalancingDeclaration): Promise<PlannedRegion> {
  const { directory } = await synthesized({
    regions: { 'eu-central-1': {}, 'us-east-2': {} },
    services: { api: { loadBalancing } },
  });
  const assembly = loadAssembly(directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'Valkey' });
  const group = survey.parts.find(({ resource }) => resource.endsWith('AutoScalingGroup'));
  expect(group?.engine.includes('HAProxy') ?? false).toBe(loadBalancing.kind === 'software');
  const plan = planTwin(assembly, {
    marker: {},
    authority: '/twin/authority.pem',
    via: (_from, place) => place,
    places: placesOf(survey),
  });
  expect(plan.commonHost).toBe('origin.example.com');
  return plan.regions[0]!;
}

test('software: servers of the group get requests by HAProxy and its generated configuration', async () => {
  const { balancer, servers } = await planned({ kind: 'software', algorithm: 'fastest-response' });
  const [group, ...others] = Object.values(balancer.targetGroups);
  expect(others).toEqual([]);
  expect(Object.keys(servers)).toEqual([expect.stringContaining('/Instances')]);
  expect(balancer.listener).toMatchObject({
    rules: [
      { conditions: [{ field: 'path-pattern', values: ['/healthz', '/readyz'] }] },
      { conditions: [{ field: 'http-header', name: 'x-origin-verify' }] },
    ],
    defaultAction: { kind: 'fixed-response', status: 403 },
  });
  const [, verified] = balancer.listener.rules;
  const [condition] = verified!.conditions;
  // A value of this twin, as the CDN has it.
  expect(condition!.values[0]).toMatch(/^[A-Za-z0-9]{32,}$/);
  expect(group).toMatchObject({
    balancing: { algorithm: 'fastest-response' },
    healthCheck: { path: '/healthz' },
  });
  if (group?.kind !== 'servers' || findHaproxy() === undefined) return;
  const { files } = group.software!;
  expect(files['haproxy.cfg']).toContain('http-request lua.choose_fastest');
  expect(files['fastest.lua']).toContain("core.register_action('choose_fastest'");
  expect(files['origin.acl']).toBe(`${condition!.values[0]!}\n`);
});

test('network: connections go to tasks, which demand the origin secret themselves', async () => {
  const { balancer, servers } = await planned({ kind: 'network' });
  const [server] = Object.values(servers);
  expect(server?.environment).toMatchObject({ ORIGIN_DEMANDED: 'yes' });
  const [group] = Object.values(balancer.targetGroups);
  expect(group).toMatchObject({ kind: 'servers', balancing: { algorithm: 'round-robin' } });
  expect(group).not.toHaveProperty('software');
  expect(balancer.listener).toMatchObject({
    rules: [{ conditions: [{ field: 'path-pattern', values: ['/healthz', '/readyz'] }] }],
    defaultAction: { kind: 'forward' },
  });
});

import { loadAssembly } from '../../lib/tools/assembly';
import { geoReport } from '../../lib/tools/operations/geo';
import { review } from '../../lib/tools/review';
import type { Synthesized } from '../support/assembly';
import { synthesized } from '../support/assembly';

const [FRANKFURT, OHIO, TOKYO] = ['eu-central-1', 'us-east-2', 'ap-northeast-1'] as const;

/** What templates make of a policy, seen from Germany, Afghanistan and Brazil. */
async function seen(
  { directory, deployment }: Synthesized,
  lost: readonly string[] = [],
): Promise<readonly string[]> {
  const report = await geoReport(loadAssembly(directory), { only: ['DE', 'AF', 'BR'], lost });
  expect(report.unread).toEqual([]);
  const { policy } = deployment.routing;
  expect(report.hops[1]).toEqual({ name: 'origin.example.com', kind: 'origin', policy });
  const targets = report.clients.map(({ client, sights }) => {
    const sure = sights[1]!.expected.filter(({ share }) => share > 0);
    return `${client.id} ${sure.map(({ target, share }) => `${target} ${share}`).join(', ')}`;
  });
  return targets.sort();
}

/** What review finds that would not survive. */
const errorsOf = ({ directory }: Synthesized): readonly string[] =>
  review(loadAssembly(directory))
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);

test('by share', async () => {
  const weights = { [FRANKFURT]: 3, [TOKYO]: 1 };
  const made = await synthesized({ routing: { policy: 'weighted', weights } });
  const targets = await seen(made);
  expect(errorsOf(made)).toEqual([]);
  expect(targets[0]).toBe('AF eu-central-1 0.75, ap-northeast-1 0.25');
});

test('by place, with the country before its continent', async () => {
  const places = { [FRANKFURT]: { continents: ['EU', 'AS'] }, [TOKYO]: { countries: ['AF'] } };
  const routing = { policy: 'geolocation', places, elsewhere: OHIO } as const;
  const targets = await seen(await synthesized({ routing }));
  expect(targets).toEqual(['AF ap-northeast-1 1', 'BR us-east-2 1', 'DE eu-central-1 1']);
});

test('by distance, with a bias that draws Brazil to Frankfurt', async () => {
  const routing = { policy: 'geoproximity', bias: { [FRANKFURT]: 50 } } as const;
  const targets = await seen(await synthesized({ routing }));
  expect(targets).toEqual(['AF eu-central-1 1', 'BR eu-central-1 1', 'DE eu-central-1 1']);
});

test('in order, each Region where those before it are lost', async () => {
  const order = [OHIO, FRANKFURT, TOKYO];
  const made = await synthesized({ routing: { policy: 'failover', order } });
  expect(errorsOf(made)).toEqual([]);
  for (const [at, region] of order.entries()) {
    const targets = ['AF', 'BR', 'DE'].map((country) => `${country} ${region} 1`);
    expect(await seen(made, order.slice(0, at))).toEqual(targets);
  }
});

test('by network, through a collection that crosses Regions by a binding', async () => {
  const made = await synthesized({
    // Germany's network here is 2.x, Afghanistan's 103.x.
    routing: {
      policy: 'ip-based',
      networks: { [FRANKFURT]: ['2.0.0.0/8'], [TOKYO]: ['103.0.0.0/8'] },
      elsewhere: OHIO,
    },
    delegations: { dev: ['ns-1.example.net', 'ns-2.example.net'] },
  });
  expect(await seen(made)).toEqual(['AF ap-northeast-1 1', 'BR us-east-2 1', 'DE eu-central-1 1']);
  expect(errorsOf(made)).toEqual([]);
  for (const region of [FRANKFURT, OHIO, TOKYO]) {
    const service = made.stacks.get(`Service-${region}`)!;
    expect(service.dependencies).toContain('Routing');
    expect(service.text).toContain('/meridian/bindings/cidr-collection');
  }
  // Subdomains that others answer for belong to no Region either.
  const routing = made.stacks.get('Routing')!;
  expect(routing.region).toBe('us-east-1');
  expect(Object.values(routing.template.Resources).map(({ Type }) => Type)).toEqual(
    expect.arrayContaining(['AWS::Route53::CidrCollection', 'AWS::Route53::RecordSet']),
  );
});

import { synthesized } from '../../../support/assembly';
import type { TemplateFixture } from './change';
import { Reference } from './reference';

let reference: Reference;
let before: ReadonlyMap<string, number>;
beforeAll(async () => {
  const { directory, deployment } = await synthesized();
  reference = new Reference(directory, deployment);
  before = counted(reference.findings());
}, 120_000);

function counted(findings: readonly { readonly rule: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

interface Keeping {
  readonly name: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly beside?: Readonly<Record<string, string>>;
}

const parse = (text: string): TemplateFixture => JSON.parse(text) as TemplateFixture;

/** A logical id renamed wherever the template speaks of it. */
function rename(stack: string, text: string, id: string): Keeping {
  const renamed = text.replace(
    new RegExp(`(?<![A-Za-z0-9])${id}(?![A-Za-z0-9])`, 'g'),
    `${id}Renamed`,
  );
  return { name: `rename ${stack}/${id}`, texts: new Map([[stack, renamed]]) };
}

/** Keys of every object in the opposite order, resources among them. */
function reorder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reorder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reorder(item)]));
}

/** Numbers and truth values as text, which CloudFormation takes as well. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
}

/** Some resources, which nothing of their template refers to, moved to a stack of their own. */
function split(stack: string, text: string, type: string): Keeping[] {
  const template = parse(text);
  const moved = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .slice(0, 2);
  if (moved.length === 0) return [];
  const rest = Object.entries(template.Resources).filter(
    ([id]) => !moved.some(([it]) => it === id),
  );
  const id = `${stack}-more`;
  return [
    {
      name: `split ${type} off ${stack}`,
      texts: new Map([
        [stack, JSON.stringify({ ...template, Resources: Object.fromEntries(rest) })],
        [id, JSON.stringify({ ...template, Outputs: {}, Resources: Object.fromEntries(moved) })],
      ]),
      beside: { [id]: stack },
    },
  ];
}

/** Lists whose order means nothing, by type and property. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    'Subnets',
    'SecurityGroups',
    'LoadBalancerAttributes',
  ],
  'AWS::RDS::DBSubnetGroup': ['SubnetIds'],
  'AWS::EC2::VPCEndpoint': ['RouteTableIds'],
  'AWS::SecretsManager::Secret': ['ReplicaRegions'],
  'AWS::DynamoDB::GlobalTable': ['Replicas'],
};

function shuffled(stack: string, text: string): Keeping[] {
  return Object.entries(SETS).flatMap(([type, properties]) => {
    const template = parse(text);
    const own = Object.values(template.Resources).filter(({ Type }) => Type === type);
    for (const { Properties } of own) {
      for (const name of properties) {
        const list = (Properties as Record<string, unknown>)[name];
        if (Array.isArray(list)) list.reverse();
      }
    }
    return own.length === 0
      ? []
      : [
          {
            name: `other order in ${type} of ${stack}`,
            texts: new Map([[stack, JSON.stringify(template)]]),
          },
        ];
  });
}

const NUMERIC = new Set([
  'AWS::Route53::HealthCheck',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::CloudWatch::Alarm',
]);

function* keeping(): Iterable<Keeping> {
  for (const [stack, text] of reference.texts) {
    const template = parse(text);
    yield {
      name: `reorder ${stack}`,
      texts: new Map([[stack, JSON.stringify(reorder(template))]]),
    };
    const ids = Object.keys(template.Resources);
    for (const id of [ids[0], ids[Math.floor(ids.length / 2)]])
      if (id !== undefined) yield rename(stack, text, id);
    yield* shuffled(stack, text);
    for (const type of ['AWS::CloudWatch::Alarm', 'AWS::SecretsManager::Secret'])
      yield* split(stack, text, type);
    for (const resource of Object.values(template.Resources)) {
      if (NUMERIC.has(resource.Type)) resource.Properties = asText(resource.Properties) as object;
    }
    if (Object.values(template.Resources).some(({ Type }) => NUMERIC.has(Type))) {
      yield {
        name: `numbers as text in ${stack}`,
        texts: new Map([[stack, JSON.stringify(template)]]),
      };
    }
  }
}

it('finds nothing new where a change keeps the meaning: renamed, reordered, split, written otherwise', () => {
  const all = [...keeping()];
  const noisy = all.flatMap(({ name, texts, beside }) => {
    const after = counted(reference.withTexts(texts, beside));
    const more = [...after].filter(([rule, count]) => count > (before.get(rule) ?? 0));
    return more.map(([rule]) => `${name}: ${rule}`);
  });
  expect(noisy).toEqual([]);
  expect(all.length).toBeGreaterThanOrEqual(100);
}, 600_000);

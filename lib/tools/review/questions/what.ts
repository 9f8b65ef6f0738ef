import { CommandError, didYouMean } from '../../command';
import { everyReplicaRegion } from '../private/replicas';
import type { View } from '../private/view';
import type { Loss } from './model';
import { serviceOf } from './parts';
import { everyZone } from '../private/zones';

const FORMS =
  'region:eu-west-1, partition:eu-west-1, az:eu-west-1a, service:dynamodb@us-east-1, control-plane:route53, resource:STACK/LOGICAL_ID';
/** Control planes that stand in one Region, by the service. */
export const CONTROL_PLANES: Readonly<Record<string, string>> = {
  route53: 'us-east-1',
  cloudfront: 'us-east-1',
  iam: 'us-east-1',
  waf: 'us-east-1',
  acm: 'us-east-1',
  s3: 'us-east-1',
  globalaccelerator: 'us-west-2',
};

/**
 * Reads what is to be lost.
 * @throws CommandError that says what the assembly has
 */
export function parseLoss(text: string, view: View): Loss {
  const [, kind = '', rest = ''] = /^([a-z-]+):(.+)$/.exec(text) ?? [];
  const regions = [...new Set(view.all().map(({ stack }) => stack.region))].sort();
  switch (kind) {
    case 'region':
    case 'partition':
      return { kind, region: oneOf(rest, regionsIn(view, regions), 'Region') };
    case 'az': {
      const zone = oneOf(rest, [...everyZone(view)].sort(), 'zone');
      return { kind, zone, region: zone.replace(/[a-z]$/, '') };
    }
    case 'service': {
      const [service = '', region = ''] = rest.split('@');
      const services = [...new Set(view.all().map(serviceOf))].sort();
      refuse([
        ...faultOf(service, services, 'service'),
        ...faultOf(region, regionsIn(view, regions), 'Region'),
      ]);
      return { kind, service, region };
    }
    case 'control-plane':
      return { kind, service: oneOf(rest, Object.keys(CONTROL_PLANES), 'control plane') };
    case 'resource':
      return { kind, key: resourceKey(rest, view) };
    default:
      throw new CommandError(`\`--lose\` is one of ${FORMS}; got: ${JSON.stringify(text)}`, 2);
  }
}

/** Regions of stacks, and those that only hold replicas. */
function regionsIn(view: View, stacks: readonly string[]): readonly string[] {
  return [...new Set([...stacks, ...everyReplicaRegion(view)])].sort();
}

function oneOf(value: string, known: readonly string[], what: string): string {
  refuse(faultOf(value, known, what));
  return value;
}

function faultOf(value: string, known: readonly string[], what: string): readonly string[] {
  if (known.includes(value)) return [];
  const got = `${JSON.stringify(value)}${didYouMean(value, known)}`;
  return [`no ${what} ${got} in the assembly; known: ${known.join(', ') || 'none'}`];
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new CommandError(faults.join('\n'), 2);
}

function resourceKey(text: string, view: View): string {
  if (view.assembly.resource(text) !== undefined) return text;
  const found = view.all().filter(({ logicalId }) => logicalId === text);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only.key;
  const near = view.all().filter(({ key }) => key.toLowerCase().includes(text.toLowerCase()));
  const list = (only === undefined ? near : found)
    .slice(0, 12)
    .map(({ key }) => key)
    .join(', ');
  const problem = only === undefined ? 'no resource' : `${found.length} resources`;
  throw new CommandError(
    `${problem} ${JSON.stringify(text)}; name one by its key${list === '' ? '' : `: ${list}`}`,
    2,
  );
}

import type { GrantedPart } from '../declaration';
import { GRANTED_PARTS } from '../declaration';
import type { Grants, OwnGrant } from '../deployment';
import type { Field } from './field';
import { text } from './rules';

const ALLOWED =
  `a list of ${GRANTED_PARTS.map((part) => JSON.stringify(part)).join(', ')} ` +
  'and of objects with actions and resources';
const ACTION = text(
  /^[a-z0-9-]{2,40}:[A-Za-z]{2,60}\*?$/,
  'an action such as s3:GetObject; a star may only end its name',
);
const RESOURCE = text(
  /^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*|\{region\}):\d{0,12}:\S+$/,
  'an ARN such as arn:aws:sqs:{region}:123456789012:orders; {region} is the Region of the service',
);

/** What a service may use; all parts of the deployment where nothing is declared. */
export function readGrants(field: Field | undefined): Grants {
  if (field?.present !== true) return { parts: GRANTED_PARTS, own: [] };
  const items = field.list(ALLOWED) ?? [];
  const isPart = ({ value }: Field): boolean => typeof value !== 'object';
  const named = items.filter(isPart).flatMap((item) => partOf(item) ?? []);
  return {
    parts: GRANTED_PARTS.filter((part) => named.includes(part)),
    own: items.filter((item) => !isPart(item)).map(ownGrant),
  };
}

function partOf(item: Field): GrantedPart | undefined {
  const part = GRANTED_PARTS.find((name) => name === item.value);
  if (part === undefined) item.reject(ALLOWED);
  return part;
}

function ownGrant(item: Field): OwnGrant {
  const at = item.properties(['actions', 'resources']);
  const words = (name: string, rule: typeof ACTION): readonly string[] => {
    const allowed = `a list with ${rule.allowed}`;
    const list = at?.(name).list(allowed) ?? [];
    if (at?.(name).present === true && list.length === 0) at(name).reject(allowed, 'an empty list');
    return list.map((word) => word.require(rule, ''));
  };
  return { actions: words('actions', ACTION), resources: words('resources', RESOURCE) };
}

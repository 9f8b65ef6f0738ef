import type { Deployment } from '../deployment';
import type { Field } from './field';
import { oneOf, text } from './rules';

const ORIGIN = text(
  /^https:\/\/(?:\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{2,5})?$/,
  'an origin such as "https://app.example.com"; a star may stand for its first label',
);

/** The Regions' buckets of what users upload; `undefined` for none. */
export function readUploads(
  field: Field,
  { stage, domainName }: Pick<Deployment, 'stage' | 'domainName'>,
): Deployment['uploads'] {
  if (field.value === false) return undefined;
  if (stage === 'single-server') {
    if (field.present) field.reject('only from stage load-balanced on, where a CDN serves them');
    return undefined;
  }
  const at = field.present ? field.properties(['origins', 'encryption']) : undefined;
  const declared = at?.('origins');
  const allowed = `a list with ${ORIGIN.allowed}`;
  const items = declared?.present === true ? (declared.list(allowed) ?? []) : [];
  const origins = items.map((item) => item.require(ORIGIN, ''));
  const encryption = at?.('encryption').optional(oneOf(['s3', 'kms'] as const), 's3') ?? 's3';
  return { origins: [...new Set([`https://${domainName}`, ...origins])], encryption };
}

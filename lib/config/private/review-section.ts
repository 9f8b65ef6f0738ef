import type { ReviewDeclaration } from '../declaration';
import type { Field } from './field';
import { text } from './rules';

const RULE = text(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'the id of a rule in docs/rules, such as "one-zone"');
const RESOURCE = text(
  /^\S{1,400}$/,
  'the key of a resource or the id of a stack; `*` stands for any characters',
);
const REASON = text(/\S{3}.*\S{3}/s, 'a sentence that says why, and what risk remains');
const DAY = text(
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  'the last day on which it holds, YYYY-MM-DD',
);
const ROLE = text(
  /^\S.{1,400}$/,
  'a resource type, or `TYPE LOGICAL_ID`; `*` stands for any characters',
);

/** Findings of the review that are accepted, and Regions that differ on purpose. */
export function readReview(field: Field): Required<ReviewDeclaration> {
  const at = field.present ? field.properties(['acknowledge', 'differences']) : undefined;
  const items = (name: string): readonly Field[] => {
    const list = at?.(name);
    return list?.present === true ? (list.list('a short list') ?? []) : [];
  };
  return {
    acknowledge: items('acknowledge').map((item) => {
      const of = item.properties(['rule', 'resource', 'reason', 'expires']);
      return {
        rule: of?.('rule').require(RULE, '') ?? '',
        resource: of?.('resource').optional(RESOURCE, '*') ?? '*',
        reason: of?.('reason').require(REASON, '') ?? '',
        expires: of?.('expires').require(DAY, '') ?? '',
      };
    }),
    differences: items('differences').map((item) => {
      const of = item.properties(['role', 'reason']);
      return {
        role: of?.('role').require(ROLE, '') ?? '',
        reason: of?.('reason').require(REASON, '') ?? '',
      };
    }),
  };
}

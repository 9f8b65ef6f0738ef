import type { AssemblyResource, Json } from '../../assembly';
import type { Call, Use } from './called-services';
import type { Caller } from './callers';
import { readStatements } from './statements';
import type { Statement } from './statements';
import type { View } from './view';

/**
 * Actions that an endpoint's policy does not let a caller take there: none where it has no policy. What
 * templates do not tell (a condition, a name that AWS makes) is taken for admitted, and never for refused.
 */
export function refusedBy(
  view: View,
  endpoint: AssemblyResource,
  caller: Caller,
  { uses }: Call,
): readonly string[] {
  if (!view.has(endpoint, 'PolicyDocument') || view.unknown(endpoint, 'PolicyDocument')) return [];
  const statements = readStatements(view.at(endpoint, 'PolicyDocument'));
  const own = statements.filter((it) => isForCaller(view, it, caller));
  const refused = uses.filter(
    (use) =>
      !own.some((it) => it.allows && isAbout(view, it, use, true)) ||
      own.some((it) => !it.allows && !it.conditional && isAbout(view, it, use, false)),
  );
  return [...new Set(refused.map(({ action }) => action))];
}

function isForCaller(view: View, { principals }: Statement, { roles }: Caller): boolean {
  return principals.some((it) => {
    if (it === '*' || view.refs(it).some((role) => roles.includes(role))) return true;
    const text = view.textOf(it);
    if (text === undefined) return true;
    // An account, by its number or its root, is everybody in it.
    if (/^(\d{12}|arn:aws:iam::\d{12}:root)$/.test(text)) return true;
    return roles.some((role) => {
      const name = view.text(role, 'RoleName');
      return name !== undefined && text.endsWith(`:role/${name}`);
    });
  });
}

/** In doubt a statement that allows is about a use, and one that denies is not. */
function isAbout(view: View, statement: Statement, use: Use, inDoubt: boolean): boolean {
  const { actions, excepted, resources } = statement;
  const acts =
    excepted.length > 0
      ? !excepted.some((pattern) => matches(pattern, use.action))
      : actions.some((pattern) => matches(pattern, use.action));
  if (!acts) return false;
  if (resources.length === 0) return true;
  return use.resources.some((resource) =>
    resources.some((pattern) => covers(view, pattern, resource, inDoubt)),
  );
}

function covers(view: View, pattern: Json, resource: Json, inDoubt: boolean): boolean {
  if (pattern === '*' || pattern === resource) return true;
  const [outer, inner] = [view.textOf(pattern), view.textOf(resource)];
  if (outer === undefined || inner === undefined) return inDoubt;
  return matches(outer, inner) || (inDoubt && matches(inner, outer));
}

/** Whether a pattern with `*` and `?` is met by all of a text, capitals apart. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}

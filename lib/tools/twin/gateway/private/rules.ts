import type { Action, Condition, ListenerConfig } from '..';

/** What rules look at. Names of headers are in lower case. */
export interface RequestFacts {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The action of the first rule of which all conditions hold, else the default action. */
export function chooseAction(listener: ListenerConfig, request: RequestFacts): Action {
  const rule = listener.rules.find((candidate) =>
    candidate.conditions.every((condition) => holds(condition, request)),
  );
  return rule?.action ?? listener.defaultAction;
}

function holds(condition: Condition, request: RequestFacts): boolean {
  const matches = (text: string, ignoreCase: boolean) =>
    condition.values.some((pattern) => wildcard(pattern, ignoreCase).test(text));
  switch (condition.field) {
    case 'path-pattern':
      return matches(request.path, false);
    case 'http-request-method':
      // The only condition without wildcards.
      return condition.values.includes(request.method);
    case 'host-header':
      return matches(String(request.headers['host'] ?? '').replace(/:\d+$/, ''), true);
    case 'http-header': {
      const value = request.headers[condition.name.toLowerCase()];
      const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
      return values.some((text) => matches(text, true));
    }
  }
}

/** By pattern, of listeners' rules, which do not change. */
const compiled = { exact: new Map<string, RegExp>(), ignoringCase: new Map<string, RegExp>() };

function wildcard(pattern: string, ignoreCase: boolean): RegExp {
  const known = ignoreCase ? compiled.ignoringCase : compiled.exact;
  const made = known.get(pattern) ?? compile(pattern, ignoreCase);
  known.set(pattern, made);
  return made;
}

function compile(pattern: string, ignoreCase: boolean): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

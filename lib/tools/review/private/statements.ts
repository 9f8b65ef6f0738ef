import type { AssemblyResource, Json, JsonObject } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import { within } from './view';
import type { View } from './view';

export interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  /** All actions but these, where a statement is written that way. */
  readonly excepted: readonly string[];
  readonly resources: readonly Json[];
  readonly principals: readonly Json[];
  readonly conditional: boolean;
  /** Empty where there is none. */
  readonly condition: JsonObject;
}

export interface PolicyStatement {
  /** Resource that holds the statement. */
  readonly policy: AssemblyResource;
  readonly statement: Statement;
}

/** Statements of the policies that a role bears: its own, inline ones and managed ones. */
export function statementsOf(view: View, role: AssemblyResource): readonly PolicyStatement[] {
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'].flatMap(
    (type) => view.into(role, type),
  );
  const managed = view
    .out(role, 'ManagedPolicyArns')
    .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');
  const own = view
    .list(role, 'Policies')
    .map((it) => ({ policy: role, document: within(it, 'PolicyDocument') }));
  const documents = [
    ...own,
    ...[...attached, ...managed].map((policy) => ({
      policy,
      document: view.at(policy, 'PolicyDocument'),
    })),
  ];
  return documents.flatMap(({ policy, document }) =>
    readStatements(document).map((statement) => ({ policy, statement })),
  );
}

export function readStatements(document: Json | undefined): readonly Statement[] {
  return many(within(document, 'Statement'))
    .filter(isJsonObject)
    .map((it) => ({
      allows: it['Effect'] === 'Allow',
      actions: texts(it['Action']),
      excepted: texts(it['NotAction']),
      resources: many(it['Resource']),
      principals: principals(it['Principal']),
      conditional: isJsonObject(it['Condition']) && Object.keys(it['Condition']).length > 0,
      condition: isJsonObject(it['Condition']) ? it['Condition'] : {},
    }));
}

const texts = (value: Json | undefined): readonly string[] =>
  many(value).flatMap((it) => (typeof it === 'string' ? it : []));

function principals(value: Json | undefined): readonly Json[] {
  return isJsonObject(value) ? Object.values(value).flatMap(many) : many(value);
}

function many(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return isJsonList(value) ? value : [value];
}

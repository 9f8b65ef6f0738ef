import type { Assembly, AssemblyResource, AssemblyStack } from '../assembly';
import type { Breach, Finding, Intent, Rule, Severity } from './model';
import { SEVERITIES } from './model';
import { settle } from './private/acknowledge';
import type { Accepted } from './private/acknowledge';
import { shown } from './private/markers';
import { View } from './private/view';
import { RULES } from './registry';

export interface ReviewSummary {
  readonly stacks: number;
  readonly resources: number;
  /** Regions that hold a stack, sorted. */
  readonly regions: readonly string[];
  readonly rules: number;
  readonly error: number;
  readonly warning: number;
  readonly info: number;
  /** Findings that somebody accepted, which are not counted above. */
  readonly acknowledged: number;
}

/** Schema: docs/schemas/review.schema.json. */
export interface ReviewReport {
  readonly schemaVersion: 1;
  /** The most severe first; then in the order of rules and of the manifest. */
  readonly findings: readonly Finding[];
  readonly acknowledged: readonly Accepted[];
  readonly summary: ReviewSummary;
}

export interface ReviewOptions {
  readonly intent?: Intent;
  /** Day on which acknowledgements are judged. @default today */
  readonly today?: Date;
  readonly rules?: readonly Rule[];
}

/**
 * Holds the templates of all stacks, as one system, against every rule. It reads the assembly and
 * what the declaration intends, nothing else.
 */
export function review(assembly: Assembly, options: ReviewOptions = {}): ReviewReport {
  const { intent = {}, rules = RULES, today = new Date() } = options;
  const view = new View(assembly, intent);
  const found = rules.flatMap((rule) => findingsOf(rule, view));
  const unasked = RULES.filter((rule) => !rules.includes(rule)).map(({ id }) => id);
  const { open, accepted } = settle(found, view, today, new Set(unasked));
  const findings = [...open].sort(
    (one, other) => SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity),
  );
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    schemaVersion: 1,
    findings,
    acknowledged: accepted,
    summary: {
      stacks: assembly.stacks.size,
      resources: view.all().length,
      regions: [...new Set([...assembly.stacks.values()].map(({ region }) => region))].sort(),
      rules: rules.length,
      error: count('error'),
      warning: count('warning'),
      info: count('info'),
      acknowledged: accepted.length,
    },
  };
}

/** One finding for each resource and message, however often a rule came upon it. */
function findingsOf(rule: Rule, view: View): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const breach of rule.check(view)) {
    const finding = findingOf(rule, breach);
    found.set(`${finding.resource}\n${finding.message}`, finding);
  }
  return [...found.values()];
}

function findingOf({ id, severity, remedy }: Rule, breach: Breach): Finding {
  const { at } = breach;
  const isResource = (it: AssemblyResource | AssemblyStack): it is AssemblyResource =>
    'logicalId' in it;
  const stack = isResource(at) ? at.stack : at;
  return {
    rule: id,
    severity: breach.severity ?? severity,
    resource: isResource(at) ? at.key : at.id,
    stack: stack.id,
    region: stack.region,
    message: shown(breach.message),
    remedy,
  };
}

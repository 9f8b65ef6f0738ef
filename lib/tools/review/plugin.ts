import { dirname } from 'node:path';
import { loadAssembly } from '../assembly';
import type { Finding, Intent } from './model';
import { RULES } from './registry';
import { review } from './review';

/** What the CDK tells a validation plug-in, as far as this one needs it. */
interface ValidationContext {
  /** Absolute paths of all templates. */
  readonly templatePaths: readonly string[];
}

/** A finding as the CDK reports it. */
interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly fix: string;
  readonly severity: string;
  readonly violatingResources: {
    readonly resourceLogicalId: string;
    readonly templatePath: string;
    readonly locations: string[];
  }[];
}

/**
 * The review as a validation plug-in of any CDK application, so that `cdk synth` shows what would not
 * survive and fails on an error: `Validations.of(app).addPlugins(new ReviewPlugin())`. It has the
 * shape of the CDK's `IPolicyValidationPlugin` and needs nothing of the CDK itself.
 */
export class ReviewPlugin {
  public readonly name = 'meridian-review';
  public readonly ruleIds = RULES.map(({ id }) => id);

  public constructor(private readonly intent: Intent = {}) {}

  /** Reads the assembly that holds the templates, all of them as one system. */
  public validate(context: ValidationContext): { success: boolean; violations: Violation[] } {
    const [first] = context.templatePaths;
    if (first === undefined) return { success: true, violations: [] };
    const assembly = loadAssembly(dirname(first));
    const { findings } = review(assembly, { intent: this.intent });
    return {
      success: findings.every(({ severity }) => severity !== 'error'),
      violations: findings.map((it) => violation(it, assembly.stacks.get(it.stack)?.templateFile)),
    };
  }
}

function violation(finding: Finding, templateFile: string | undefined): Violation {
  const { rule, message, remedy, severity, resource, stack } = finding;
  return {
    ruleName: rule,
    description: `${message} (${resource})`,
    fix: remedy,
    severity,
    violatingResources: [
      {
        resourceLogicalId: resource.slice(stack.length + 1),
        templatePath: templateFile ?? '',
        locations: [],
      },
    ],
  };
}

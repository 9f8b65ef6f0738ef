import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts a finding of the library's validation for a construct and all below it, with the reason.
 * In place of `Validations.of(construct).acknowledge(…)`, which writes a stack trace with absolute
 * paths into the assembly, so that its bytes would depend on where the checkout stands.
 *
 * @param id plug-in and rule, for example `CloudFormation-Validate::W3010`
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [id]: reason });
}

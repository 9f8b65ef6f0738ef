import { readFileSync } from 'node:fs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { IDependable } from 'constructs';

export interface KnownSchemasProps {
  /** Computed name, the same in every Region. */
  readonly parameterName: string;
  /** File with the last version of each domain's schema that the code knows, as JSON. */
  readonly schemas: string;
  /** All that runs the code: it is replaced before the parameter says so. */
  readonly code: readonly IDependable[];
}

/**
 * Says which schemas the code of a Region knows that is deployed now. A migration that removes
 * something asks each Region before, so what is written here must be true of everything that runs:
 * the parameter changes after the last old server has gone.
 */
export class KnownSchemas extends Construct {
  public constructor(scope: Construct, id: string, props: KnownSchemasProps) {
    super(scope, id);
    const parameter = new StringParameter(this, 'Resource', {
      parameterName: props.parameterName,
      description: 'Schemas that the deployed code knows',
      stringValue: readFileSync(props.schemas, 'utf8').trim(),
    });
    parameter.node.addDependency(...props.code);
  }
}

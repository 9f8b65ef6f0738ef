import Ajv from 'ajv';
import schema from '../../../../docs/schemas/cost.schema.json';
import { standingCost } from '../../../../lib/tools/cost';
import type { CostReport } from '../../../../lib/tools/cost';
import { formatReport } from '../../../../lib/tools/cost/format';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const costOf = (Resources: object): CostReport =>
  standingCost(fixtures.load({ Stack: { region: 'us-east-2', template: { Resources } } }));
const allowing = (...Action: string[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } },
});
const traced = (Mode: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { TracingConfig: { Mode } },
});

test.each([['xray:PutSpans'], ['xray:Put*'], ['xray:*']])(
  'whoever may %s sends spans, at a price that is not known and never zero',
  (action) => {
    const report = costOf({
      A: allowing('logs:PutLogEvents', action),
      B: allowing('sqs:SendMessage'),
      C: traced('Active'),
      D: traced('PassThrough'),
    });
    expect(report.spans).toEqual({
      lines: [{ region: 'us-east-2', senders: 1, tracedByLambda: 1 }],
      perGb: null,
    });
    expect(formatReport(report)).toContain(
      'Beside that, spans of traces (observability.tracing), at a price a GB that is not known:\n' +
        '  us-east-2: roles that send them: 1, functions that Lambda traces: 1\n',
    );
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    expect([validate(report), validate.errors]).toEqual([true, null]);
  },
);

test('where nothing is traced, nothing is said of it', () => {
  const report = costOf({ A: allowing('xray:GetTraceSummaries'), B: { Type: 'AWS::EC2::EIP' } });
  expect(report.spans.lines).toEqual([]);
  expect(formatReport(report)).not.toContain('spans');
});

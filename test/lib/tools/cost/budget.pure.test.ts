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

/** The report of one stack in Ohio. */
function costOf(resources: object): CostReport {
  const template = { Resources: resources };
  return standingCost(fixtures.load({ Stack: { region: 'us-east-2', template } }));
}

describe('a budget', () => {
  const of = (...amounts: unknown[]) =>
    costOf({
      Gateway: { Type: 'AWS::EC2::NatGateway' },
      ...Object.fromEntries(
        amounts.map((Amount, index) => [
          `Budget${index}`,
          {
            Type: 'AWS::Budgets::Budget',
            Properties: { Budget: { BudgetLimit: { Amount, Unit: 'USD' } } },
          },
        ]),
      ),
    });

  it('is held against what stands, and costs nothing itself', () => {
    expect(of(100)).toMatchObject({
      budget: { perMonth: 100, left: 67.15 },
      ...{ total: { perMonth: 32.85 }, unknown: [] },
    });
    expect(formatReport(of(100))).toContain(
      'Of the declared budget of $100.00 a month $67.15 are left for use.',
    );
  });

  it('that is exceeded before anybody uses anything is a warning', () => {
    expect(of(20.5).budget).toEqual({ perMonth: 20.5, left: -12.35 });
    expect(formatReport(of(20.5))).toContain(
      'WARNING: that is $12.35 more than the declared budget of $20.50 a month, before anybody uses it.',
    );
  });

  it('is the smallest of several, and none where the amount is not known', () => {
    expect(of(90, 40).budget?.perMonth).toBe(40);
    expect(of({ 'Fn::ImportValue': 'amount' }).budget).toBeNull();
    expect(of().budget).toBeNull();
    expect(formatReport(of())).not.toContain('budget');
  });

  it('is told by the schema', () => {
    const validate = new Ajv({ strict: true }).compile(schema);
    expect(validate(JSON.parse(JSON.stringify(of(20.5))))).toBe(true);
    expect(validate(JSON.parse(JSON.stringify({ ...of(20.5), budget: { perMonth: 1 } })))).toBe(
      false,
    );
  });
});

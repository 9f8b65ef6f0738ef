import { standingCost } from '../../../../lib/tools/cost';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

test.each(['db.r6g.large', 'db.r8g.large', 'db.r7i.4xlarge'])(
  'a graph of %s, whose price has no source here, is of unknown cost, never of none',
  (DBInstanceClass) => {
    const Graph = { Type: 'AWS::Neptune::DBInstance', Properties: { DBInstanceClass } };
    const template = { Resources: { Graph } };
    const { lines, unknown } = standingCost(
      fixtures.load({ Stack: { region: 'us-east-2', template } }),
    );
    expect([lines, unknown.map(({ reason }) => reason)]).toEqual([
      [],
      [`${DBInstanceClass} instance: no price known`],
    ]);
  },
);

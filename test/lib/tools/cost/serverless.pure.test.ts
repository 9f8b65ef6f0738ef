import { standingCost } from '../../../../lib/tools/cost';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

it('knows a serverless instance by the fewest units of its cluster', () => {
  const costOf = (scaling: object) =>
    standingCost(
      fixtures.load({
        Stack: { region: 'us-east-2', template: { Resources: resources(scaling) } },
      }),
    );
  const resources = (scaling: object) => ({
    Cluster: { Type: 'AWS::RDS::DBCluster', Properties: scaling },
    It: {
      Type: 'AWS::RDS::DBInstance',
      Properties: {
        ...{ Engine: 'aurora-postgresql', DBInstanceClass: 'db.serverless' },
        DBClusterIdentifier: { Ref: 'Cluster' },
      },
    },
  });
  const units = { ServerlessV2ScalingConfiguration: { MinCapacity: 8, MaxCapacity: 32 } };
  const { lines } = costOf(units);
  expect(lines.map(({ item, quantity, perMonth }) => [item, quantity, perMonth])).toEqual([
    ['capacity unit', 8, 700.8],
  ]);
  expect(costOf({}).unknown).toMatchObject([{ reason: 'fewest capacity units of its cluster' }]);
});

describe('Database Insights', () => {
  const linesOf = (instanceClass: string, cluster: object) =>
    standingCost(
      fixtures.load({
        Stack: {
          region: 'us-east-2',
          template: {
            Resources: {
              Cluster: { Type: 'AWS::RDS::DBCluster', Properties: cluster },
              It: {
                Type: 'AWS::RDS::DBInstance',
                Properties: {
                  ...{ Engine: 'aurora-postgresql', DBInstanceClass: instanceClass },
                  DBClusterIdentifier: { Ref: 'Cluster' },
                },
              },
            },
          },
        },
      }),
    )
      .lines.filter(({ service }) => service === 'CloudWatch')
      .map(({ item, quantity }) => [item, quantity]);

  it('bills by the vCPU in advanced mode, nothing in standard mode', () => {
    const advanced = { DatabaseInsightsMode: 'advanced' };
    expect(linesOf('db.r8g.2xlarge', advanced)).toEqual([['Database Insights, vCPU', 8]]);
    expect(linesOf('db.r8g.2xlarge', { DatabaseInsightsMode: 'standard' })).toEqual([]);
  });

  it('bills a serverless instance by its fewest capacity units', () => {
    const cluster = {
      DatabaseInsightsMode: 'advanced',
      ServerlessV2ScalingConfiguration: { MinCapacity: 8, MaxCapacity: 32 },
    };
    expect(linesOf('db.serverless', cluster)).toEqual([['Database Insights, capacity unit', 8]]);
  });
});

import type { Synthesized } from '../../support/assembly';
import { synthesized } from '../../support/assembly';

jest.setTimeout(120_000);

const AMERICA = ['us-east-1', 'us-east-2'];

describe('a dynamodb store', () => {
  let made: Synthesized;
  beforeAll(async () => {
    made = await synthesized({
      regions: { 'eu-central-1': {}, 'us-east-1': {}, 'us-east-2': {} },
      stores: {
        main: { engine: 'aurora' },
        ledger: {
          engine: 'dynamodb',
          ...{ consistency: 'strong', regions: AMERICA, witnessRegion: 'us-west-2' },
          tables: { accounts: { partitionKey: { name: 'id' } } },
        },
        counts: { engine: 'dynamodb', tables: { views: { partitionKey: { name: 'page' } } } },
      },
    });
  });
  const stack = (id: string) => made.stacks.get(id)!;

  test('is one stack in its first Region, refuses to be deleted, and comes after the keys', () => {
    expect(stack('Store-ledger')).toMatchObject({
      ...{ name: 'meridian-store-of-ledger', region: 'us-east-1', terminationProtection: true },
      dependencies: AMERICA.map((region) => `Foundation-${region}`),
    });
    expect(stack('Store-counts')).toMatchObject({ region: 'eu-central-1' });
    const resources = Object.values(stack('Store-ledger').template.Resources);
    expect(resources.map(({ Type }) => Type)).toEqual(['AWS::DynamoDB::GlobalTable']);
  });

  test('is there before what uses it', () => {
    for (const id of ['Service-us-east-2', 'Work-us-east-2']) {
      expect(stack(id).dependencies).toEqual(
        expect.arrayContaining(['Store-ledger', 'Store-counts']),
      );
    }
  });

  test("may be used where it has a replica, and that Region's alone", () => {
    const arn = (region: string, table: string) =>
      `arn:aws:dynamodb:${region}:123456789012:table/meridian-${table}`;
    const european = stack('Service-eu-central-1').text;
    expect(european).not.toContain('ledger.accounts');
    expect(european).toContain(arn('eu-central-1', 'counts.views'));
    const american = stack('Service-us-east-2').text;
    expect(american).toContain(arn('us-east-2', 'ledger.accounts'));
    expect(american).not.toContain(arn('us-east-1', 'ledger.accounts'));
  });

  test('is watched where it has a replica; what is strong is never late', () => {
    const names = (region: string): string[] =>
      Object.values(stack(`Alarms-${region}`).template.Resources).flatMap(
        ({ Properties }) => String(Properties?.['AlarmName']).match(/.*(ledger|counts).*/) ?? [],
      );
    expect(new Set(names('eu-central-1').filter((name) => name.startsWith('meridian')))).toEqual(
      new Set([
        'meridian-table-replication-latency-counts-views',
        'meridian-table-throttles-counts-views',
      ]),
    );
    expect(names('us-east-1')).toContain('meridian-table-throttles-ledger-accounts');
    expect(names('us-east-1')).not.toContain('meridian-table-replication-latency-ledger-accounts');
  });
});

import { resolveDeployment } from '../../../lib/config';
import limitless from '../../../lib/config/declarations/limitless';
import strong from '../../../lib/config/declarations/strong';
import { loadAssembly } from '../../../lib/tools/assembly';
import { standingCost } from '../../../lib/tools/cost';
import { intentOf, review } from '../../../lib/tools/review';
import { surveyAssembly } from '../../../lib/tools/twin/plan';
import type { Synthesized } from '../../support/assembly';
import { synthesized, synthesizedFrom } from '../../support/assembly';

jest.setTimeout(120_000);

const AMERICA = ['us-east-1', 'us-east-2'];

describe('a store of another engine', () => {
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
        notices: {
          engine: 'keyspaces',
          tables: { sent: { columns: { reader: 'uuid' }, partitionKey: ['reader'] } },
        },
        orders: { engine: 'aurora-limitless', regions: ['us-east-2'], minAcu: 20, maxAcu: 768 },
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

  test('beside a keyspaces store, which is one stack as well, and costs nothing while idle', () => {
    expect(stack('Store-notices')).toMatchObject({
      ...{ name: 'meridian-store-of-notices', region: 'eu-central-1', terminationProtection: true },
      dependencies: [],
    });
    const resources = Object.values(stack('Store-notices').template.Resources);
    expect(resources.map(({ Type }) => Type).sort()).toEqual([
      ...['AWS::Cassandra::Keyspace', 'AWS::Cassandra::Table'],
    ]);
    expect(stack('Service-us-east-1').text).toContain(':/keyspace/meridian_notices/table/sent');
    const { unknown } = standingCost(loadAssembly(made.directory));
    expect(unknown).toEqual([]);
  });

  test('beside Limitless, which stands in one Region, is priced, reviewed, and not run in the twin', () => {
    expect(stack('Store-orders')).toMatchObject({
      ...{ name: 'meridian-store-of-orders', region: 'us-east-2', terminationProtection: true },
      dependencies: ['Credentials', 'Network-us-east-2'],
    });
    expect(stack('Credentials').text).toContain('"meridian/stores/orders/master"');
    expect(stack('Service-us-east-2').text).toContain('"rds-db:connect"');
    expect(stack('Service-us-east-1').text).not.toContain('"rds-db:connect"');
    const assembly = loadAssembly(made.directory);
    const { lines } = standingCost(assembly);
    expect(lines).toContainEqual(
      expect.objectContaining({
        item: expect.stringContaining('Limitless') as unknown,
        quantity: 40,
      }),
    );
    const { findings } = review(assembly, { intent: intentOf(made.deployment) });
    expect(findings.filter(({ stack: at }) => at === 'Store-orders')).toEqual([]);
    const watched = (region: string) =>
      stack(`Alarms-${region}`).text.match(/limitless-[a-z-]+-orders/g);
    expect(new Set(watched('us-east-2'))).toEqual(
      new Set(['capacity', 'processors', 'transaction-ids'].map((it) => `limitless-${it}-orders`)),
    );
    expect(watched('us-east-1')).toBeNull();
    const { parts } = surveyAssembly(assembly, { real: true, label: 'a cache' });
    const limitless = parts.filter(({ engine }) => engine.includes('no Limitless runs here'));
    expect(limitless).toMatchObject([
      { resource: 'AWS::RDS::DBCluster', state: 'not run', count: 1 },
      { resource: 'AWS::RDS::DBShardGroup', state: 'not run', count: 1 },
    ]);
  });

  test('is there before what uses it', () => {
    for (const id of ['Service-us-east-2', 'Work-us-east-2']) {
      expect(stack(id).dependencies).toEqual(
        expect.arrayContaining(['Store-ledger', 'Store-counts', 'Store-notices']),
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

describe('the reference strong', () => {
  let made: Synthesized;
  beforeAll(async () => {
    made = await synthesizedFrom(resolveDeployment(strong));
  });
  const stack = (id: string) => made.stacks.get(id)!;
  const GRAPHS = AMERICA.map((region) => `Store-circles-${region}`);
  const ids = () => [...made.stacks.keys()].filter((id) => /^(Store|Peering)-/.test(id));

  test('has a dsql cluster in each Region, a peering for each, and one stack for each other store', () => {
    expect(ids().sort()).toEqual([
      ...['Peering-ledger-us-east-1', 'Peering-ledger-us-east-2', 'Store-circles', ...GRAPHS],
      ...['Store-ledger-us-east-1', 'Store-ledger-us-east-2', 'Store-limits', 'Store-timelines'],
    ]);
  });

  test('creates both clusters before either is told of the other', () => {
    for (const region of AMERICA) {
      expect([...stack(`Peering-ledger-${region}`).dependencies].sort()).toEqual(
        AMERICA.map((name) => `Store-ledger-${name}`),
      );
      expect(stack(`Store-ledger-${region}`).dependencies).toEqual([]);
      expect(stack(`Service-${region}`).dependencies).toEqual(
        expect.arrayContaining(AMERICA.map((name) => `Peering-ledger-${name}`)),
      );
    }
  });

  test("reads the peer's generated ARN by a binding of the closed list", () => {
    const parameter = '/meridian/bindings/dsql-cluster/ledger/us-east-2';
    expect(stack('Store-ledger-us-east-2').text).toContain(`"Name": "${parameter}"`);
    expect(stack('Peering-ledger-us-east-1').text).toContain(`"Default": "${parameter}"`);
  });

  test('keeps every copy and witness within one Region set', () => {
    const text = ids()
      .map((id) => stack(id).text)
      .join('\n');
    expect(new Set(text.match(/\b(us|eu|ap|sa|ca|af)-[a-z]+-\d\b/g))).toEqual(
      new Set([...AMERICA, 'us-west-2']),
    );
  });

  test('backs its dsql cluster up once, by the id that AWS generates, and copies it to the peer', () => {
    const { template, dependencies } = stack('Backups-us-east-1');
    const resources = Object.entries(template.Resources);
    const [, selection] = resources.find(
      ([id, { Type }]) => Type === 'AWS::Backup::BackupSelection' && id.startsWith('ledgerdsql'),
    )!;
    const { Resources } = selection.Properties!['BackupSelection'] as { Resources: unknown[] };
    const arn = {
      'Fn::Join': [
        '',
        [
          'arn:aws:dsql:us-east-1:123456789012:cluster/',
          { 'Fn::ImportValue': expect.stringContaining('of-ledger:') as unknown },
        ],
      ],
    };
    expect(Resources).toEqual([arn]);
    const [, plan] = resources.find(
      ([id, { Type }]) => Type === 'AWS::Backup::BackupPlan' && id.startsWith('ledgerdsql'),
    )!;
    expect(JSON.stringify(plan)).toContain('arn:aws:backup:us-east-2:123456789012:backup-vault');
    expect(dependencies).toEqual(expect.arrayContaining(['Store-ledger-us-east-1']));
    const { text } = stack('Backups-us-east-1');
    expect(text.match(/meridian-backup-unproven-\w+-ledger-dsql/g)!.sort()).toEqual([
      'meridian-backup-unproven-backup-ledger-dsql',
      'meridian-backup-unproven-copy-ledger-dsql',
    ]);
    const tested = resources.filter(([, it]) => it.Type.endsWith('RestoreTestingSelection'));
    expect(JSON.stringify(tested)).not.toContain('dsql');
    expect(tested.length).toBeGreaterThan(0);
    expect(made.stacks.get('Backups-us-east-2')?.text ?? '').not.toContain('dsql');
  });

  test('tells that nobody restores its dsql for a test, and what is kept at a price unknown', () => {
    const assembly = loadAssembly(made.directory);
    const { findings } = review(assembly, { intent: intentOf(made.deployment) });
    expect(findings.filter(({ rule }) => rule === 'backup-copy-missing')).toMatchObject([
      { severity: 'info', stack: 'Store-ledger-us-east-1' },
    ]);
    const { unknown, unpriced } = standingCost(assembly).backups;
    expect(unknown).toEqual([]);
    expect(unpriced.map(({ kind, kept, region, gb }) => [kind, kept, region, gb])).toEqual([
      ['dsql', 'backup', 'us-east-1', 3500],
      ['dsql', 'copy', 'us-east-2', 3500],
    ]);
  });

  test('watches the copy of a wide table in each Region, statement by statement', () => {
    for (const region of AMERICA) {
      const alarms = Object.values(stack(`Alarms-${region}`).template.Resources)
        .map(({ Properties }) => Properties ?? {})
        .filter(({ AlarmName }) => String(AlarmName).startsWith('meridian-keyspace'));
      expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
        'meridian-keyspace-replication-latency-timelines-notices',
        'meridian-keyspace-throttles-timelines-notices',
        'meridian-keyspace-errors-timelines-notices',
      ]);
      const [late, ...statements] = alarms;
      const [elsewhere] = AMERICA.filter((it) => it !== region);
      expect(JSON.stringify(late?.['Metrics'])).toContain(
        `"ReceivingRegion","Value":"${elsewhere}"`,
      );
      for (const { Metrics } of statements) {
        const operations = JSON.stringify(Metrics).match(/"Operation","Value":"(\w+)"/g);
        expect(operations).toHaveLength(4);
        expect(JSON.stringify(Metrics)).toContain('"Keyspace","Value":"meridian_timelines"');
      }
    }
  });

  test('bears a graph in one Region, before the other joins it, behind the networks', () => {
    const [birth, second] = GRAPHS.map(stack);
    expect(birth!.dependencies).toEqual(
      expect.arrayContaining(['Foundation-us-east-1', 'Network-us-east-1']),
    );
    expect(stack('Store-circles').dependencies).toEqual(['Store-circles-us-east-1']);
    expect(second!.dependencies).toEqual(expect.arrayContaining(['Store-circles']));
    expect(second!.text.replaceAll('us-east-2', 'us-east-1')).toBe(birth!.text);
    expect(stack('Network-us-east-1').text).toContain('"FromPort": 8182');
    expect(stack('Service-us-east-1').dependencies).toEqual(expect.arrayContaining(GRAPHS));
  });

  test('lets a service connect to the clusters of its own Region, by their tag', () => {
    const { text } = stack('Service-us-east-1');
    expect(text).toContain('"dsql:DbConnect"');
    expect(text).toMatch(/"aws:ResourceTag\/Name": \[\s*"meridian-ledger"\s*\]/);
    expect(text).not.toContain('arn:aws:dsql:us-east-2');
  });

  test('is within what CloudFormation takes, and is reviewed without an error or an unknown cost', () => {
    for (const { id, text, template } of made.stacks.values()) {
      const resources = Object.keys(template.Resources).length;
      const fits = resources > 0 && resources <= 450 && Buffer.byteLength(text) <= 900_000;
      expect({ id, fits }).toEqual({ id, fits: true });
    }
    const assembly = loadAssembly(made.directory);
    const { summary, findings } = review(assembly, { intent: intentOf(made.deployment) });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(summary.error).toBe(0);
    expect(standingCost(assembly).unknown).toEqual([]);
  });

  test('keeps the logical ids of what holds data', () => {
    const kept = ids().flatMap((id) =>
      Object.entries(stack(id).template.Resources)
        .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
        .map(([logicalId, { Type }]) => [id, logicalId, Type]),
    );
    expect(kept).toMatchSnapshot();
  });
});

describe('the reference limitless', () => {
  let made: Synthesized;
  beforeAll(async () => {
    made = await synthesizedFrom(resolveDeployment(limitless));
  });

  test('is reviewed without an error or an unknown cost, in its one Region', () => {
    const assembly = loadAssembly(made.directory);
    expect(review(assembly, { intent: intentOf(made.deployment) }).summary.error).toBe(0);
    expect(standingCost(assembly).unknown).toEqual([]);
    expect(made.stacks.get('Store-orders')).toMatchObject({ region: 'us-east-2' });
  });

  test('keeps the logical ids of what holds data', () => {
    const { Resources } = made.stacks.get('Store-orders')!.template;
    const kept = Object.entries(Resources).filter(([, it]) => it.DeletionPolicy === 'Retain');
    expect(kept.map(([logicalId, { Type }]) => [logicalId, Type])).toMatchSnapshot();
  });
});

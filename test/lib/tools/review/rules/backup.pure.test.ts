import { review } from '../../../../../lib/tools/review';
import { Fixtures } from '../../assembly/fixture';
import { resource } from '../cases';
import { Change } from '../change';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const cluster = (store: string, more: object = {}) =>
  resource('AWS::DSQL::Cluster', { Tags: [{ Key: 'Name', Value: store }], ...more });
const peer = (store: string) =>
  cluster(store, { MultiRegionProperties: { WitnessRegion: 'us-west-2' } });
const selection = (selected: object) =>
  resource('AWS::Backup::BackupSelection', {
    BackupPlanId: { Ref: 'Plan' },
    BackupSelection: selected,
  });
const COPY = 'arn:aws:backup:us-east-2:123456789012:backup-vault:v';

/** Two peers, of which one is selected by a plan. */
const application = () => ({
  east: {
    region: 'us-east-1',
    template: {
      Resources: {
        Ledger: peer('ledger'),
        Plan: resource('AWS::Backup::BackupPlan', {
          BackupPlan: { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: COPY }] }] },
        }),
        Selection: selection({ Resources: [{ 'Fn::GetAtt': ['Ledger', 'ResourceArn'] }] }),
      },
    },
  },
  midwest: { region: 'us-east-2', template: { Resources: { Ledger: peer('ledger') } } },
});

const findingsOf = (plant: (change: Change) => void = () => undefined) => {
  const stacks = application();
  plant(new Change(stacks));
  return review(fixtures.load(stacks), { today: new Date('2026-11-27') })
    .findings.filter(({ rule }) => rule === 'backup-copy-missing')
    .map(({ severity, resource: at, message }) => `${severity} ${at}: ${message}`);
};

const UNTRIED =
  'info east/Ledger: AWS Backup restores no DSQL for a test: a person has to try whether it can be';
const unselected = (at: string) =>
  `warning ${at}: is selected by no backup plan of the assembly, and keeps no backups itself`;

test('one of two peers is enough, and that nobody restores it is told', () => {
  expect(findingsOf()).toEqual([UNTRIED]);
});

test('a cluster that no plan selects, nor its peer, is told', () => {
  const dropped = findingsOf((it) => {
    it.drop('east/Selection');
  });
  expect(dropped).toEqual([unselected('east/Ledger'), unselected('midwest/Ledger')]);
});

test.each<[string, object]>([
  ['of another store', peer('other')],
  ['of one Region alone', cluster('ledger')],
])('a cluster %s is not the peer of what is selected', (_, other) => {
  const found = findingsOf((it) => {
    it.add('midwest/Ledger', other as ReturnType<typeof cluster>);
  });
  expect(found).toEqual([unselected('midwest/Ledger'), UNTRIED]);
});

test.each<[string, object]>([
  ['a list of tags', { ListOfTags: [{ ConditionKey: 'a' }] }],
  ['conditions', { Conditions: { StringEquals: [] } }],
])('what is selected by %s is not known, and nothing is said', (_, selected) => {
  const found = findingsOf((it) => {
    it.add('east/Selection', selection(selected));
  });
  expect(found).toEqual([]);
});

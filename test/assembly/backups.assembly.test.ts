import sharded from '../../lib/config/declarations/sharded';
import { resolveDeployment } from '../../lib/config';
import type { Resource, Synthesized, SynthesizedStack } from '../support/assembly';
import { synthesizedFrom } from '../support/assembly';

let assembly: Synthesized;
beforeAll(async () => {
  assembly = await synthesizedFrom(resolveDeployment(sharded));
});

const ofType = ({ template }: SynthesizedStack, type: string) =>
  Object.values(template.Resources)
    .filter(({ Type }: Resource) => Type === type)
    .map(({ Properties }) => Properties!);
const stacks = (kind: string) =>
  [...assembly.stacks.values()].filter(({ id }) => id.startsWith(`${kind}-`));

/** ARN of the only thing that a selection names. */
const selectedBy = (selection: Record<string, unknown>): string => {
  const { Resources } = selection.BackupSelection as { Resources: readonly string[] };
  expect(Resources).toHaveLength(1);
  return Resources[0]!;
};

test('each cluster, the control table and the uploads are selected by one plan of their own', () => {
  const clusters = stacks('Data').flatMap((stack) => {
    const birth = /-from-(.*)$/.exec(stack.id)?.[1] ?? 'eu-central-1';
    if (stack.region !== birth) return [];
    return ofType(stack, 'AWS::RDS::DBCluster').map(
      ({ DBClusterIdentifier: name }) =>
        `arn:aws:rds:${stack.region}:123456789012:cluster:${String(name)}`,
    );
  });
  expect(clusters).toHaveLength(17);
  const selected = stacks('Backups').flatMap((stack) => {
    const selections = ofType(stack, 'AWS::Backup::BackupSelection').map(selectedBy);
    expect(ofType(stack, 'AWS::Backup::BackupPlan')).toHaveLength(selections.length);
    for (const of of selections) expect(of).toMatch(new RegExp(`[:-]${stack.region}[:-]`));
    return selections;
  });
  const others = [
    'arn:aws:dynamodb:us-east-2:123456789012:table/meridian-topology',
    'arn:aws:s3:::meridian-123456789012-eu-central-1-uploads',
  ];
  expect(selected.sort()).toEqual([...clusters, ...others].sort());
});

test('each plan copies to a vault of another Region that holds the shard, and is tested', () => {
  for (const stack of stacks('Backups')) {
    const vaults = ofType(stack, 'AWS::Backup::BackupPlan').flatMap((plan) =>
      JSON.stringify(plan).match(/(?<=DestinationBackupVaultArn":"arn:aws:backup:)[a-z0-9-]+/g)!,
    );
    for (const region of vaults) {
      expect(region).not.toBe(stack.region);
      expect(assembly.stacks.has(`Vault-${region}`)).toBe(true);
      expect(stack.dependencies).toContain(`Vault-${region}`);
    }
    const tested = ofType(stack, 'AWS::Backup::RestoreTestingSelection').map(
      ({ ProtectedResourceArns: arns }) => (arns as readonly string[])[0],
    );
    const selected = ofType(stack, 'AWS::Backup::BackupSelection').map(selectedBy);
    expect([tested.sort(), vaults]).toEqual([selected.sort(), expect.any(Array)]);
    expect(vaults).toHaveLength(selected.length);
  }
});

test('each cluster rings for each of its three proofs, whose metrics its function tells', () => {
  for (const stack of stacks('Backups')) {
    const [code] = ofType(stack, 'AWS::Lambda::Function');
    const watched = JSON.parse(
      (code!.Environment as { Variables: { WATCHED: string } }).Variables.WATCHED,
    ) as { subject: string; proofs: readonly string[] }[];
    const told = watched.flatMap(({ subject, proofs }) =>
      proofs.map((proof) => `meridian-backup-unproven-${proof}-${subject}`),
    );
    const alarms = ofType(stack, 'AWS::CloudWatch::Alarm');
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(told.sort());
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        TreatMissingData: 'breaching',
        Period: 3600,
        EvaluationPeriods: 3,
      });
    }
  }
});

test('vaults are equal in every Region, locked, and hold nothing else', () => {
  expect(stacks('Vault')).toHaveLength(6);
  for (const stack of stacks('Vault')) {
    expect(stack.terminationProtection).toBe(true);
    expect(ofType(stack, 'AWS::Backup::BackupVault')).toMatchObject([
      { LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 365 } },
    ]);
  }
});

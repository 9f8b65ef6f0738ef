import { takeContractSteps } from '../../../../../lib/tools/operations/deploy';
import type { ContractReply } from '../../../../../lib/tools/operations/deploy';

const FUNCTIONS = ['eu-central-1', 'us-east-2', 'ap-northeast-1'].map((region) => ({
  region,
  name: 'meridian-migration',
}));

/** Regions in the order in which they are asked; each answers as said, else that nothing waited. */
function account(replies: Readonly<Record<string, ContractReply | Error>>) {
  const asked: string[] = [];
  const contract = (region: string): Promise<ContractReply> => {
    asked.push(region);
    const reply = replies[region] ?? { applied: [], held: [] };
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  return { asked, contract };
}

const well = () => Promise.resolve(undefined);

test('each Region is asked in turn, and says what it did and what still waits', async () => {
  const taken = { applied: ['s0.content: 9 no mottos'], held: ['s0.social: 4 gone (why)'] };
  const waits = { applied: [], held: ['s1.content: 9 no mottos (why)'] };
  const it = account({ 'eu-central-1': taken, 'us-east-2': waits });
  expect(await takeContractSteps(it, FUNCTIONS, well)).toEqual([
    { ...FUNCTIONS[0], outcome: 'taken', ...taken, reason: null },
    { ...FUNCTIONS[1], outcome: 'waits', ...waits, reason: null },
    { ...FUNCTIONS[2], outcome: 'nothing', applied: [], held: [], reason: null },
  ]);
  expect(it.asked).toEqual(FUNCTIONS.map(({ region }) => region));
});

test('alarms are watched after steps that were taken alone, and one that rings leaves the rest as it is', async () => {
  let watched = 0;
  const watch = () => {
    watched += 1;
    return Promise.resolve('these alarms ring: a');
  };
  const reply = { applied: ['s0.content: 9 no mottos'], held: [] };
  const it = account({ 'us-east-2': reply });
  const reports = await takeContractSteps(it, FUNCTIONS, watch);
  expect(reports.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['nothing', null],
    ['taken', 'these alarms ring: a'],
    ['unasked', null],
  ]);
  expect([watched, it.asked]).toEqual([1, ['eu-central-1', 'us-east-2']]);
});

test('a Region that fails is the last that is asked', async () => {
  const it = account({ 'eu-central-1': new Error('no database') });
  const reports = await takeContractSteps(it, FUNCTIONS, well);
  expect(reports.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['failed', 'no database'],
    ['unasked', null],
    ['unasked', null],
  ]);
  expect(it.asked).toEqual(['eu-central-1']);
});

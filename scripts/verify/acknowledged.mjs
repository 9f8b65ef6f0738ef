/**
 * What outside judges say and we let stand, each with its reason: the one place for it. `where`, a
 * pattern of the finding's place (`STACK: PATH`), narrows it. An entry that nothing needs is a fault,
 * so the list can only shrink by itself.
 *
 * @type {readonly { judge: string, rule: string, where?: RegExp, reason: string }[]}
 */
const ACKNOWLEDGED = [
  {
    judge: 'cfn-lint',
    rule: 'W3005',
    reason: 'the CDK makes functions wait for the role of their policies, which they also name',
  },
  {
    judge: 'cfn-lint',
    rule: 'W3010',
    where: /^Network-/,
    reason: 'zone names come from the declaration, so that a synth looks nothing up',
  },
];

/**
 * @param {string} name the judge
 * @param {readonly { rule: string, place: string, message: string }[]} findings
 * @returns {{ faults: string[], detail: string }} findings without an acknowledgement, and entries without a finding
 */
export function judge(name, findings, entries = ACKNOWLEDGED) {
  const own = entries.filter((entry) => entry.judge === name);
  const covers = (entry, { rule, place }) =>
    entry.rule === rule && (entry.where === undefined || entry.where.test(place));
  const open = findings.filter((finding) => !own.some((entry) => covers(entry, finding)));
  const idle = own.filter((entry) => !findings.some((finding) => covers(entry, finding)));
  return {
    faults: [
      ...open.map(({ rule, place, message }) => `${rule} ${place}: ${message}`),
      ...idle.map(
        ({ rule }) => `${rule} is acknowledged, but nothing has it any more: drop the entry`,
      ),
    ],
    detail: `0 open, ${findings.length - open.length} acknowledged by ${own.length} entries`,
  };
}

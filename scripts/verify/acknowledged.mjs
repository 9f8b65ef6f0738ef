import { ACKNOWLEDGEMENTS } from './acknowledgements.mjs';

/**
 * @param {string} name the judge
 * @param {readonly { rule: string, place: string, message: string }[]} findings
 * @returns {{ faults: string[], detail: string }} findings without an acknowledgement, and entries without a finding
 */
export function judge(name, findings, entries = ACKNOWLEDGEMENTS) {
  const own = entries.filter((entry) => entry.judge === name);
  const covers = (entry, { rule, place }) =>
    entry.rule === rule && (entry.where === undefined || entry.where.test(place));
  const open = findings.filter((finding) => !own.some((entry) => covers(entry, finding)));
  const idle = own.filter((entry) => !findings.some((finding) => covers(entry, finding)));
  return {
    faults: [
      ...open.map(({ rule, place, message }) => `${rule} ${place}: ${message}`),
      ...idle.map(
        ({ rule, where = '' }) =>
          `${rule} ${where}: acknowledged, but nothing has it: drop the entry`,
      ),
    ],
    detail: `0 open, ${findings.length} acknowledged by ${own.length} entries`,
  };
}

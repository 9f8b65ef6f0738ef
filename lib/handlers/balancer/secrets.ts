/**
 * Commands after which a file of patterns holds these values and no others; what is new comes first, so
 * that nobody is refused in between.
 *
 * @param held the answer to `show acl FILE`: a line `ID VALUE` for each
 */
export function secretCommands(
  file: string,
  held: string,
  wanted: readonly string[],
): readonly string[] {
  const values = held
    .split('\n')
    .flatMap((line) => /^0x[0-9a-f]+ (.+)$/.exec(line.trim())?.[1] ?? []);
  const legal = wanted.filter((value) => /^[\x21-\x7e]+$/.test(value) && !/[\\;]/.test(value));
  return [
    ...legal
      .filter((value) => !values.includes(value))
      .map((value) => 'add acl ' + file + ' ' + value),
    ...values
      .filter((value) => !legal.includes(value))
      .map((value) => 'del acl ' + file + ' ' + value),
  ];
}

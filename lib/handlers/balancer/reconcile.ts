/** A place for a server in HAProxy's backend. */
export interface Place {
  readonly name: string;
  readonly address: string;
  /** Whether a server has it; the others are in maintenance. */
  readonly taken: boolean;
}

/** Bit of `srv_admin_state` that is set while a place is in maintenance by command. */
const IN_MAINTENANCE = 0x01;

/**
 * Reads the answer to `show servers state BACKEND`.
 * @throws Error where it is of a version that is not known
 */
export function readPlaces(answer: string): readonly Place[] {
  const [version, header = '', ...rows] = answer.trim().split('\n');
  if (version !== '1') throw new Error('the state of the servers is of version ' + String(version));
  const names = header.replace(/^# /, '').split(' ');
  const column = (name: string): number => names.indexOf(name);
  return rows.map((row) => {
    const fields = row.split(' ');
    const field = (name: string): string => fields[column(name)] ?? '';
    return {
      name: field('srv_name'),
      address: field('srv_addr'),
      taken: (Number(field('srv_admin_state')) & IN_MAINTENANCE) === 0,
    };
  });
}

/**
 * Commands that give each address one place. A server keeps its place, and with it what HAProxy
 * remembers of it; whoever is gone leaves his. Addresses beyond the places are left out.
 */
export function commands(
  backend: string,
  places: readonly Place[],
  addresses: readonly string[],
  port: number,
): readonly string[] {
  const wanted = new Set(addresses);
  const held = new Set<string>();
  const leaving: string[] = [];
  const free: string[] = [];
  for (const { name, address, taken } of places) {
    if (taken && wanted.has(address) && !held.has(address)) held.add(address);
    else if (taken) leaving.push(name);
    if (!taken) free.push(name);
  }
  const at = (name: string): string => 'set server ' + backend + '/' + name + ' ';
  const coming = [...wanted].filter((address) => !held.has(address));
  const open = [...free, ...leaving];
  return [
    ...leaving.map((name) => at(name) + 'state maint'),
    ...coming.slice(0, open.length).flatMap((address, index) => {
      const name = open[index] ?? '';
      return [
        at(name) + 'addr ' + address + ' port ' + String(port),
        at(name) + 'state ready',
        'enable health ' + backend + '/' + name,
      ];
    }),
  ];
}

import type { Item, Table } from './dynamodb';
import type { Id } from './ids';

/** A name or mail address, spoken for. Written in the directory's home Region only. */
export interface DirectoryEntry {
  /** `u#<user name>` or `e#<mail address>`, lower case: the table's partition key `key`. */
  readonly key: string;
  readonly userId: Id;
  readonly state: 'pending' | 'confirmed';
  /** Whose claim this is, equal for both keys of one registration. */
  readonly reservation: string;
  /** Epoch milliseconds. */
  readonly reservedAt: number;
}

/** One spelling for what people take for the same name. */
export function usernameKey(username: string): string {
  return `u#${canonicalName(username)}`;
}

export function emailKey(email: string): string {
  return `e#${canonicalName(email)}`;
}

export function canonicalName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Of a partition key; a longer one is refused with an error. */
const LONGEST_KEY_BYTES = 2_048;

const NAMES = { '#state': 'state' };

/**
 * Uniqueness across shards, by conditional writes of single items: a claim is `pending` until the
 * user exists in a database, then `confirmed`.
 */
export class Directory {
  constructor(private readonly table: Pick<Table, 'get' | 'put' | 'update' | 'delete'>) {}

  /** As this Region's replica knows it; nobody has a name that no key can hold. */
  async find(key: string): Promise<DirectoryEntry | undefined> {
    if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) return undefined;
    const item = await this.table.get({ key }, { consistent: true });
    return item === undefined ? undefined : toEntry(item);
  }

  /**
   * Claims a free key, repeats the same reservation's claim, or takes over `stale`, unchanged since
   * it was read. Whether the key is now this claim's.
   */
  claim(claim: Omit<DirectoryEntry, 'state'>, stale?: DirectoryEntry): Promise<boolean> {
    const item = { ...claim, state: 'pending' };
    const own = '#state = :pending AND reservation = :own';
    const values: Item = { ':pending': 'pending', ':own': claim.reservation };
    if (stale === undefined)
      return this.table.put(item, {
        expression: `attribute_not_exists(#key) OR (${own})`,
        names: { ...NAMES, '#key': 'key' },
        values,
      });
    return this.table.put(item, {
      expression: `(#state = :was AND reservation = :stale AND reservedAt = :since) OR (${own})`,
      names: NAMES,
      values: {
        ...values,
        ':was': stale.state,
        ':stale': stale.reservation,
        ':since': stale.reservedAt,
      },
    });
  }

  /** Makes a claim final. `false` where another reservation holds the key. */
  confirm(key: string, reservation: string, userId: Id): Promise<boolean> {
    return this.table.update({ key }, 'SET #state = :confirmed, userId = :userId', {
      expression: 'reservation = :own',
      names: NAMES,
      values: { ':confirmed': 'confirmed', ':userId': userId, ':own': reservation },
    });
  }

  /** Frees the name that a user bore until now, unless somebody has claimed it since. */
  async free({ key, reservation, userId }: DirectoryEntry): Promise<void> {
    await this.table.delete(
      { key },
      {
        expression: 'reservation = :own AND userId = :userId',
        values: { ':own': reservation, ':userId': userId },
      },
    );
  }

  /** Frees a key that is still pending under this reservation. */
  async release(key: string, reservation: string): Promise<void> {
    await this.table.delete(
      { key },
      {
        expression: '#state = :pending AND reservation = :own',
        names: NAMES,
        values: { ':pending': 'pending', ':own': reservation },
      },
    );
  }
}

function toEntry(item: Item): DirectoryEntry {
  return {
    key: String(item.key),
    userId: String(item.userId),
    state: item.state === 'confirmed' ? 'confirmed' : 'pending',
    reservation: String(item.reservation),
    reservedAt: Number(item.reservedAt),
  };
}

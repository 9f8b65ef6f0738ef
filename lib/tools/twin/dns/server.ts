import { Authority, type AuthorityOptions } from './authority';
import { Locator } from './locator';
import type { Answer, Question, RecordSet } from './model';
import { answerMessage } from './answer-message';
import { listen } from './private/listeners';
import type { Vantage } from './vantages';

export interface DnsOptions extends Omit<AuthorityOptions, 'locate' | 'address'> {
  /** Loopback address to listen on. */
  readonly address: string;
  /** UDP and TCP port; 0 picks one that is free for both. */
  readonly port: number;
  /** Addresses whose place is given instead of looked up. @default VANTAGES */
  readonly vantages?: readonly Vantage[];
}

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  /** Replaces all records at once. */
  setRecords(records: readonly RecordSet[]): void;
  /** What a client at an address would be answered, without a message on the wire. */
  answer(question: Question, client: string): Answer;
  close(): Promise<void>;
}

/**
 * Starts an authoritative name server for the twin's zones. It answers by the client's place, from
 * EDNS Client Subnet where the query carries it, else from the address that asks.
 *
 * @throws NodeJS.ErrnoException `EADDRINUSE` or `EACCES` where the port cannot be had
 */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const locator = await Locator.open(options.vantages);
  const authority = new Authority({ ...options, locate: (address) => locator.locate(address) });
  const listeners = await listen(options.address, options.port, (message, client, transport) =>
    answerMessage(authority, message, client, transport),
  );
  return {
    address: options.address,
    port: listeners.port,
    setRecords: (records) => {
      authority.setRecords(records);
    },
    answer: (question, client) => authority.answer(question, client),
    close: () => listeners.close(),
  };
}

import type { Authority } from './authority';
import { readQuery, refusalOf } from './private/query';
import { writeAnswer, writeRefusal } from './private/response';
import { CLASS_IN, RCODE } from './private/wire';

export type Transport = 'udp' | 'tcp';

/**
 * Answers one message as it came off the wire. Never throws, whatever the message holds.
 *
 * @param client address of whoever sent it
 * @returns undefined for what must not be answered: too short for a header, or itself a response
 */
export function answerMessage(
  authority: Authority,
  message: Buffer,
  client: string,
  transport: Transport,
): Buffer | undefined {
  const query = readQuery(message);
  if (query === undefined) return undefined;
  const refusal = refusalOf(query);
  if (refusal !== undefined) return writeRefusal(query, refusal);
  if (query.class !== CLASS_IN) return writeRefusal(query, RCODE.REFUSED);
  const subnet = query.edns?.subnet;
  // A prefix of zero means that the client does not want to be placed by its own address.
  const told = subnet !== undefined && subnet.sourcePrefix > 0;
  const answer = authority.answer(query, told ? subnet.address : client);
  return answer.rcode === RCODE.REFUSED
    ? writeRefusal(query, RCODE.REFUSED)
    : writeAnswer(query, answer, transport);
}

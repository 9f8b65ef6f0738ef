import { pick, type Random } from './random';

/** How many tags there are. */
export const TAGS = 400;

const WORDS = (
  'time year people way day thing world life hand part child eye place work week case point company ' +
  'number group problem fact river forest mountain winter summer garden kitchen letter music paper ' +
  'bridge engine harbour island ladder market needle orchard pencil quarry railway saddle teapot ' +
  'umbrella village window yellow zebra anchor basket candle desert eagle feather guitar hammer ' +
  'lantern mirror network ocean pilot queue replica shard topology writer reader latency failover'
).split(' ');

/** Words that few articles have, for searches. */
const SELDOM = ['quokka', 'zeugma', 'xylophone', 'ptarmigan', 'axolotl'];

export function sentence(random: Random, length: number): string {
  const words = Array.from({ length }, () => pick(random, WORDS, 1.5));
  const [first = '', ...rest] = words;
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(' ');
}

/** Kinds of bodies: some short, most of a page, one in a thousand with a word that few have. */
export const BODIES: readonly ((random: Random) => string)[] = [
  (random) => text(random, 3),
  (random) => text(random, 15),
  (random) => text(random, 25),
];

function text(random: Random, sentences: number): string {
  const all = Array.from({ length: sentences }, () => sentence(random, 12));
  if (random() < 0.002) all.push(pick(random, SELDOM));
  return all.join('. ');
}

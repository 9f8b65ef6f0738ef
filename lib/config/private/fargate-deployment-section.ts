import type { FargateDeployment } from '../compute';
import type { Field, Properties } from './field';
import { integer, number, oneOf } from './rules';

const PROPERTIES = ['strategy', 'percent', 'minutes', 'bakeMinutes'];
const STRATEGY = oneOf<FargateDeployment['strategy']>([
  'rolling',
  'blue-green',
  'canary',
  'linear',
]);
const MINUTES = integer(0, 1440);
const BAKE_MINUTES = 10;
const DEFAULTS = {
  canary: { percent: 5, minutes: 10, least: 0.1 },
  linear: { percent: 10, minutes: 6, least: 3 },
} as const;
/** CloudFormation waits for 36 hours, and refuses what takes more than 33 by its own settings. */
const MOST_MINUTES = 33 * 60;

/** Properties of each strategy beside its name. */
const LEGAL = {
  rolling: [],
  'blue-green': ['bakeMinutes'],
  canary: ['percent', 'minutes', 'bakeMinutes'],
  linear: ['percent', 'minutes', 'bakeMinutes'],
} as const;

/** @param network whether a network load balancer stands before the tasks, which ECS can move */
export function readDeployment(field: Field | undefined, network: boolean): FargateDeployment {
  const at = field?.present === true ? field.properties(PROPERTIES) : undefined;
  const strategy = at?.('strategy').require(STRATEGY, 'rolling') ?? 'rolling';
  const legal: readonly string[] = LEGAL[strategy];
  for (const name of PROPERTIES.slice(1)) {
    if (legal.includes(name) || at?.(name).present !== true) continue;
    const others = name === 'bakeMinutes' ? 'blue-green, canary or linear' : 'canary or linear';
    at(name).reject(`only with \`strategy\` ${others}`, `an option with "${strategy}"`);
  }
  if (strategy === 'rolling' || at === undefined) return { strategy: 'rolling' };
  if (!network) {
    at('strategy').reject(
      '"rolling", or `loadBalancing.kind` "network": ECS moves one listener rule, and the others have ' +
        'one for health, one for verified requests and shares of other kinds',
      `"${strategy}"`,
    );
  }
  const bakeMinutes = at('bakeMinutes').optional(MINUTES, BAKE_MINUTES);
  if (strategy === 'blue-green') return { strategy, bakeMinutes };
  const read = { strategy, bakeMinutes, ...readShift(at, strategy) };
  const takes = read.minutes * (strategy === 'canary' ? 1 : Math.ceil(100 / read.percent) - 1);
  if (takes + bakeMinutes > MOST_MINUTES) {
    field?.reject(
      `a deployment of at most ${MOST_MINUTES} minutes, which CloudFormation waits for`,
      `${takes + bakeMinutes} minutes`,
    );
  }
  return read;
}

function readShift(
  at: Properties,
  strategy: 'canary' | 'linear',
): { readonly percent: number; readonly minutes: number } {
  const { least, ...byDefault } = DEFAULTS[strategy];
  const percent = number(
    (value) =>
      value >= least && value <= 100 && Math.abs(value * 10 - Math.round(value * 10)) < 1e-9,
    `of ${least} to 100 in steps of 0.1`,
  );
  return {
    percent: at('percent').optional(percent, byDefault.percent),
    minutes: at('minutes').optional(MINUTES, byDefault.minutes),
  };
}

import { isJsonList, isJsonObject, type Json } from '../json';
import { asText, unknown, type Outcome, type Unknown } from './outcome';

/** Whether a condition holds, or why that cannot be said. */
export type Truth = boolean | Unknown;

/** What a condition needs of the evaluation it is part of. */
export interface ConditionContext {
  named(name: string): Truth;
  part(value: unknown): Exclude<Outcome, { kind: 'symbol' }>;
  /** Runs `work` one level deeper, unless that is too deep or too costly. */
  enter<T>(work: () => T): T | Unknown;
}

/** Evaluates a condition function such as `Fn::Equals`. */
export function test(expression: Json, context: ConditionContext): Truth {
  return context.enter(() => {
    if (!isJsonObject(expression)) return unknown('a condition must be a function');
    const [name, argument] = Object.entries(expression)[0] ?? ['nothing', null];
    if (name === 'Condition' && typeof argument === 'string') return context.named(argument);
    if (!isJsonList(argument)) return unknown(`${name} is not a condition function`);
    switch (name) {
      case 'Fn::Equals':
        return equals(argument, context);
      case 'Fn::Not':
        return negate(test(argument[0] ?? null, context));
      case 'Fn::And':
        return all(argument, true, context);
      case 'Fn::Or':
        return all(argument, false, context);
      default:
        return unknown(`${name} is not a condition function`);
    }
  });
}

/** `Fn::And` is false with the first false, `Fn::Or` true with the first true, whatever is unknown. */
function all(list: readonly Json[], neutral: boolean, context: ConditionContext): Truth {
  const results = list.map((part) => test(part, context));
  if (results.includes(!neutral)) return !neutral;
  return results.find((result) => typeof result !== 'boolean') ?? neutral;
}

function equals(list: readonly Json[], context: ConditionContext): Truth {
  const [left, right] = list.map((value) => context.part(value));
  for (const side of [left, right]) if (side?.kind === 'unknown') return side;
  if (left?.kind !== 'known' || right?.kind !== 'known') return left?.kind === right?.kind;
  return comparable(left.value) === comparable(right.value);
}

function negate(result: Truth): Truth {
  return typeof result === 'boolean' ? !result : result;
}

/** CloudFormation compares texts: the number 1 equals the text 1. */
function comparable(value: Json): string {
  return asText(value) ?? JSON.stringify(value);
}

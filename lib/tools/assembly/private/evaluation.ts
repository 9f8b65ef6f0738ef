import { isJsonList, isJsonObject, property, type Json, type JsonObject } from '../json';
import type { Answer, AssemblyResource, AssemblyStack, Resolution } from '../model';
import { test, type Truth } from './conditions';
import type { CrossStackValues, SuppliedValue } from './cross-stack-values';
import { misused, PURE_FUNCTIONS, select } from './functions';
import { attributeOf, identityOf } from './identities';
import { ABSENT, asText, known, unknown, type Known, type Outcome, type Unknown } from './outcome';
import { placeOf, pseudoParameter } from './place';

/** Deepest nesting that is followed, imports and parameters included. */
const DEEPEST = 200;
/** What one evaluation may spend: a value costs 4, a text its length. A template has at most 1 MB. */
const BUDGET = 4_000_000;
const VALUE_COST = 4;

/** One evaluation of one value: follows references, stops at cycles, depth and size. */
export class Evaluation {
  private depth = 0;
  private left = BUDGET;
  /** What is being worked out now; meeting it again is a cycle. */
  private readonly active = new Set<string>();

  public constructor(
    private readonly crossStack: CrossStackValues,
    private readonly answer: Answer | undefined,
  ) {}

  public resolve(value: unknown, stack: AssemblyStack): Resolution {
    const outcome = this.outcome(value, stack);
    return outcome.kind === 'absent' ? known(null) : outcome;
  }

  /** Whether a named condition holds; undefined where the assembly does not say. */
  public condition(name: string, stack: AssemblyStack): boolean | undefined {
    const result = this.named(name, stack);
    return typeof result === 'boolean' ? result : undefined;
  }

  private outcome(value: unknown, stack: AssemblyStack): Outcome {
    if (value === null || typeof value !== 'object') return this.spend(scalar(value));
    return this.enter(() => {
      if (isJsonList(value)) return this.list(value, stack);
      const object = value as JsonObject;
      const [name, ...others] = Object.keys(object);
      if (name !== undefined && others.length === 0 && /^(Ref$|Fn::)/.test(name)) {
        return this.spend(this.call(name, object[name] ?? null, stack));
      }
      return this.object(object, stack);
    });
  }

  /** Every part is evaluated, also behind an unknown one, so that `answer` meets every symbol. */
  private list(list: readonly Json[], stack: AssemblyStack): Outcome {
    const parts = list.map((part) => this.part(part, stack)).filter((it) => it.kind !== 'absent');
    const failed = parts.find((part) => part.kind === 'unknown');
    return failed ?? known(parts.map((part) => (part as Known).value));
  }

  private object(object: JsonObject, stack: AssemblyStack): Outcome {
    const entries = Object.entries(object).map(
      ([key, value]) => [key, this.part(value, stack)] as const,
    );
    const failed = entries.find(([, part]) => part.kind === 'unknown')?.[1];
    if (failed !== undefined) return failed;
    const present = entries.filter(([, part]) => part.kind === 'known');
    return known(Object.fromEntries(present.map(([key, part]) => [key, (part as Known).value])));
  }

  /** A value inside a composite, where a symbol must have given way to what stands for it. */
  private part(value: unknown, stack: AssemblyStack): Exclude<Outcome, { kind: 'symbol' }> {
    const outcome = this.outcome(value, stack);
    if (outcome.kind !== 'symbol') return outcome;
    if (outcome.value !== undefined) return known(outcome.value);
    const { resource, attribute } = outcome.symbol;
    return unknown(`${resource}.${attribute} is only known after deployment`);
  }

  private call(name: string, argument: Json, stack: AssemblyStack): Outcome {
    switch (name) {
      case 'Ref':
        return typeof argument === 'string' ? this.ref(argument, stack) : misused(name);
      case 'Fn::GetAtt':
        return this.getAtt(argument, stack);
      case 'Fn::If':
        return this.choose(argument, stack);
      case 'Fn::Select':
        return this.select(argument, stack);
      case 'Fn::Sub':
        return this.substitute(argument, stack);
      case 'Fn::ImportValue':
        return this.importValue(argument, stack);
      case 'Fn::GetStackOutput':
        return this.stackOutput(argument, stack);
      case 'Fn::GetAZs':
        return unknown('Fn::GetAZs depends on the account');
    }
    const compute = PURE_FUNCTIONS.get(name);
    if (compute === undefined) return unknown(`${name} is not evaluated`);
    const input = this.part(argument, stack);
    return input.kind === 'known' ? compute(input.value, stack) : input;
  }

  private ref(name: string, stack: AssemblyStack): Outcome {
    if (name.startsWith('AWS::')) return pseudoParameter(name, stack);
    const resource = stack.resources.get(name);
    if (resource !== undefined) return this.attribute(resource, 'Ref');
    const declaration = property(stack.template.parameters, name);
    if (isJsonObject(declaration)) return this.parameter(name, declaration, stack);
    return unknown(`stack ${stack.id} has no parameter or resource ${name}`);
  }

  private getAtt(argument: Json, stack: AssemblyStack): Outcome {
    const parts = typeof argument === 'string' ? splitOnce(argument) : argument;
    if (!isJsonList(parts)) return misused('Fn::GetAtt');
    const [logicalId, name] = parts;
    if (typeof logicalId !== 'string' || name === undefined) return misused('Fn::GetAtt');
    const attribute = this.part(name, stack);
    if (attribute.kind !== 'known') return attribute;
    const resource = stack.resources.get(logicalId);
    if (resource === undefined) return unknown(`stack ${stack.id} has no resource ${logicalId}`);
    return typeof attribute.value === 'string'
      ? this.attribute(resource, attribute.value)
      : misused('Fn::GetAtt');
  }

  private attribute(resource: AssemblyResource, attribute: string): Outcome {
    const { key, included, condition } = resource;
    if (included === false) return unknown(`${key} is left out by its condition ${condition}`);
    const symbol = { resource: key, attribute };
    const answered = this.answer?.(symbol);
    if (answered !== undefined) return known(answered);
    const value = this.determined(resource, attribute);
    return value === undefined ? { kind: 'symbol', symbol } : { kind: 'symbol', symbol, value };
  }

  /** An attribute as far as the resource's own template determines it. */
  private determined(resource: AssemblyResource, attribute: string): string | undefined {
    const identity = identityOf(resource);
    const chosen = identity && property(resource.properties, identity.property);
    if (identity === undefined || chosen === undefined) return undefined;
    const name = this.once(`the name of ${resource.key}`, () => this.part(chosen, resource.stack));
    if (name.kind !== 'known' || typeof name.value !== 'string') return undefined;
    return attributeOf(identity, attribute, name.value, placeOf(resource.stack));
  }

  private parameter(name: string, declaration: JsonObject, stack: AssemblyStack): Outcome {
    const type = property(declaration, 'Type');
    const given = stack.parameters.get(name) ?? asText(property(declaration, 'Default'));
    if (given === undefined) return unknown(`parameter ${name} of ${stack.id} has no value`);
    const ofType = typeof type === 'string' ? type : 'String';
    const isList = /^CommaDelimitedList$|List</.test(ofType);
    const outcome = ofType.startsWith('AWS::SSM::Parameter::Value<')
      ? this.ssmParameter(given, stack)
      : known(given);
    if (!isList || outcome.kind !== 'known' || typeof outcome.value !== 'string') return outcome;
    return known(outcome.value.split(',').map((entry) => entry.trim()));
  }

  private ssmParameter(name: string, stack: AssemblyStack): Outcome {
    const supplied = this.crossStack.parameter(name, stack);
    return this.supplied(
      supplied,
      `SSM parameter ${name} in ${stack.region}`,
      'no resource of the assembly writes',
    );
  }

  private importValue(argument: Json, stack: AssemblyStack): Outcome {
    const name = this.part(argument, stack);
    if (name.kind !== 'known') return name;
    if (typeof name.value !== 'string') return misused('Fn::ImportValue');
    const supplied = this.crossStack.exported(name.value, stack);
    return this.supplied(supplied, `export ${name.value} in ${stack.region}`, 'no stack has the');
  }

  private stackOutput(argument: Json, stack: AssemblyStack): Outcome {
    const input = this.part(argument, stack);
    if (input.kind !== 'known') return input;
    if (!isJsonObject(input.value)) return misused('Fn::GetStackOutput');
    const text = (key: string) => asText(property(input.value as JsonObject, key));
    const [name, output, region] = [text('StackName'), text('OutputName'), text('Region')];
    if (name === undefined || output === undefined) return misused('Fn::GetStackOutput');
    const supplied = this.crossStack.output(name, output, region ?? stack.region, stack);
    return this.supplied(supplied, `output ${output} of stack ${name}`, 'the assembly has no');
  }

  private supplied(value: SuppliedValue | undefined, what: string, without: string): Outcome {
    if (value === undefined) return unknown(`${without} ${what}`);
    return this.once(what, () => this.outcome(value.value, value.stack));
  }

  private choose(argument: Json, stack: AssemblyStack): Outcome {
    if (!isJsonList(argument) || argument.length !== 3) return misused('Fn::If');
    const [name, yes, no] = argument;
    if (typeof name !== 'string') return misused('Fn::If');
    const holds = this.named(name, stack);
    if (typeof holds === 'boolean') return this.outcome(holds ? yes : no, stack);
    this.list([yes ?? null, no ?? null], stack);
    return holds;
  }

  private select(argument: Json, stack: AssemblyStack): Outcome {
    if (!isJsonList(argument)) return misused('Fn::Select');
    const [index, list] = argument;
    const at = this.part(index, stack);
    if (at.kind !== 'known') return at;
    const picked = isJsonList(list) ? list[Number(at.value)] : undefined;
    if (picked !== undefined) return this.outcome(picked, stack);
    const whole = this.part(list, stack);
    return whole.kind === 'known' ? select(at.value, whole.value) : whole;
  }

  private substitute(argument: Json, stack: AssemblyStack): Outcome {
    const [template, given] = isJsonList(argument) ? argument : [argument, {}];
    const variables = given ?? {};
    if (typeof template !== 'string' || !isJsonObject(variables)) return misused('Fn::Sub');
    let failed: Unknown | undefined;
    const text = template.replaceAll(/\$\{([^}]*)\}/g, (whole, inside: string) => {
      if (inside.startsWith('!')) return `\${${inside.slice(1)}}`;
      const value = this.part(variable(inside.trim(), variables), stack);
      const piece = value.kind === 'known' ? asText(value.value) : undefined;
      if (piece === undefined) {
        failed ??= value.kind === 'unknown' ? value : unknown(`Fn::Sub: ${whole} is not text`);
      }
      return piece ?? '';
    });
    return failed ?? known(text);
  }

  private named(name: string, stack: AssemblyStack): Truth {
    const expression = property(stack.template.conditions, name);
    if (expression === undefined) return unknown(`stack ${stack.id} has no condition ${name}`);
    return this.once(`condition ${name} of ${stack.id}`, () =>
      test(expression, {
        named: (other) => this.named(other, stack),
        part: (value) => this.part(value, stack),
        enter: (work) => this.enter(work),
      }),
    );
  }

  /** Counts a level and its cost, or ends the evaluation. */
  private enter<T>(work: () => T): T | Unknown {
    this.left -= VALUE_COST;
    if (this.left < 0) return unknown('too large to evaluate');
    if (this.depth >= DEEPEST) return unknown(`nested deeper than ${DEEPEST} levels`);
    this.depth += 1;
    try {
      return work();
    } finally {
      this.depth -= 1;
    }
  }

  private once<T>(what: string, work: () => T): T | Unknown {
    if (this.active.has(what)) return unknown(`${what} depends on itself`);
    this.active.add(what);
    try {
      return work();
    } finally {
      this.active.delete(what);
    }
  }

  /** Charges what was computed, so that texts which double at each step come to an end. */
  private spend(outcome: Outcome): Outcome {
    if (outcome.kind !== 'known') return outcome;
    const texts = isJsonList(outcome.value) ? outcome.value : [outcome.value];
    for (const text of texts) this.left -= 1 + (typeof text === 'string' ? text.length : 0);
    return this.left < 0 ? unknown('too large to evaluate') : outcome;
  }
}

function scalar(value: unknown): Outcome {
  if (value === null) return ABSENT;
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? known(value as Json) : unknown('not a JSON value');
}

function splitOnce(path: string): readonly string[] {
  const dot = path.indexOf('.');
  return dot < 0 ? [path] : [path.slice(0, dot), path.slice(dot + 1)];
}

function variable(name: string, variables: JsonObject): Json {
  const given = property(variables, name);
  if (given !== undefined) return given;
  return name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
}

/** What a metric alarm or a composite one says, as CloudWatch names it. */
export type AlarmStateName = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** The rule of a composite alarm, read. */
export interface AlarmRule {
  /** Names of the alarms that it looks at, each once; of one given by its ARN, the name. */
  readonly alarms: readonly string[];
  /** Whether it rings, where every alarm below says what is told of it. */
  readonly rings: (stateOf: (alarm: string) => AlarmStateName) => boolean;
}

type Node = (stateOf: (alarm: string) => AlarmStateName) => boolean;

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[(),]|[^\s(),"]+)/y;
const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/**
 * Reads the rule of a composite alarm: states of alarms by name or ARN, `AND`, `OR`, `NOT`, parentheses,
 * `TRUE` and `FALSE`. `NOT` binds before `AND`, and that before `OR`.
 *
 * @throws SyntaxError where CloudWatch would refuse the rule
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseAlarmRule(text: string): AlarmRule {
  const parser = new Parser(tokensOf(text));
  const rings = parser.any();
  parser.end();
  return { alarms: [...parser.alarms], rings };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`cannot read ${text.slice(at, at + 20)}`);
    tokens.push(match[1] ?? '');
  }
  return tokens;
}

class Parser {
  public readonly alarms = new Set<string>();
  private at = 0;

  public constructor(private readonly tokens: readonly string[]) {}

  public any(): Node {
    const nodes = [this.all()];
    while (this.takes('OR')) nodes.push(this.all());
    return (stateOf) => nodes.some((node) => node(stateOf));
  }

  public end(): void {
    if (this.at < this.tokens.length) this.refuse('AND, OR or the end');
  }

  private all(): Node {
    const nodes = [this.one()];
    while (this.takes('AND')) nodes.push(this.one());
    return (stateOf) => nodes.every((node) => node(stateOf));
  }

  private one(): Node {
    if (this.takes('NOT')) {
      const node = this.one();
      return (stateOf) => !node(stateOf);
    }
    if (this.takes('(')) {
      const node = this.any();
      this.expect(')');
      return node;
    }
    if (this.takes('TRUE')) return () => true;
    if (this.takes('FALSE')) return () => false;
    const state = this.tokens[this.at] ?? '';
    if (!STATES.includes(state)) this.refuse('a state, NOT, TRUE, FALSE or (');
    this.at += 1;
    this.expect('(');
    const alarm = nameOf(this.tokens[this.at] ?? '');
    if (alarm === '' || '(),'.includes(alarm)) this.refuse('the name of an alarm');
    this.at += 1;
    this.expect(')');
    this.alarms.add(alarm);
    return (stateOf) => stateOf(alarm) === state;
  }

  private takes(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }

  private expect(token: string): void {
    if (!this.takes(token)) this.refuse(token);
  }

  private refuse(expected: string): never {
    const found = this.tokens[this.at];
    const before = this.tokens.slice(Math.max(0, this.at - 4), this.at).join(' ');
    throw new SyntaxError(`expected ${expected} after "${before}", got: ${found ?? 'the end'}`);
  }
}

function nameOf(token: string): string {
  const text = token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token;
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
}

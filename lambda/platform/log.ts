export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/**
 * One JSON object a line, written synchronously: nothing is lost when Lambda freezes the process.
 * An error's stack stays in the log; no answer ever carries it.
 */
export function jsonLog(base: LogFields, write: (line: string) => void = writeLine): Log {
  const common = inside(JSON.stringify(base));
  return (level, message, fields = {}) => {
    // To look at each value costs as much as all the rest.
    const hasError = Object.values(fields).some((value) => typeof value === 'object');
    const own = inside(hasError ? JSON.stringify(fields, plain) : JSON.stringify(fields));
    const time = new Date().toISOString();
    write(
      `{"time":"${time}","level":"${level}","message":${JSON.stringify(message)}${common}${own}}`,
    );
  };
}

/** Members of an object's text, to follow others. */
function inside(text: string): string {
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack };
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

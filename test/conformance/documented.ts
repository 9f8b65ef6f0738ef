import Ajv, { type ValidateFunction } from 'ajv';
import openapi from '../../lambda/openapi.json';

interface Documented {
  readonly content?: Readonly<Record<string, unknown>>;
  readonly $ref?: string;
}

interface Operation {
  readonly method: string;
  /** As it is documented, with names in braces. */
  readonly name: string;
  readonly path: RegExp;
  readonly parameters: number;
  readonly pointer: string;
  readonly responses: Readonly<Record<string, Documented>>;
}

export interface Told {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

const METHODS = ['get', 'post', 'put', 'delete'] as const;
const ERROR = '#/components/responses/Error';
/** What any operation may answer, whatever is asked: too large or no request at all, too much, out of order. */
const ANYWHERE = new Set([400, 413, 429, 503]);

/** Holds answers against `lambda/openapi.json`: their status, their type and every part of their bodies. */
export class Documentation {
  private readonly operations: readonly Operation[];
  private readonly ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  private readonly told = new Set<string>();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.ajv.addSchema(openapi, 'openapi');
    this.operations = Object.entries(openapi.paths)
      .flatMap(([path, item]) => METHODS.flatMap((method) => operationOf(path, method, item)))
      .sort((a, b) => a.parameters - b.parameters);
  }

  /** Why the answer is none that is documented; `undefined` where it is, or where the route is not ours. */
  faultOf({ method, path, status, contentType, body }: Told): string | undefined {
    const [plain = ''] = path.split('?');
    const operation = this.operations.find(
      (one) => one.method === method.toLowerCase() && one.path.test(plain),
    );
    if (operation === undefined) return undefined;
    const { pointer, responses, name } = operation;
    this.told.add(`${name} ${status}`);
    const documented = responses[status] ?? (ANYWHERE.has(status) ? { $ref: ERROR } : undefined);
    if (documented === undefined) return `${status} is not documented`;
    const at = documented.$ref ?? `${pointer}/responses/${status}`;
    const content = contentOf(documented);
    if (content === undefined) return undefined;
    const [type] = Object.keys(content);
    if (type !== undefined && contentType?.startsWith(type) !== true)
      return `its type is ${contentType ?? 'missing'}, documented is ${type}`;
    if (type !== 'application/json') return undefined;
    const validate = this.validator(`openapi${at}/content/application~1json/schema`);
    if (validate(body)) return undefined;
    const faults = (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the body'} ${message ?? 'is wrong'}`,
    );
    return `not as documented: ${[...new Set(faults)].join('; ')}`;
  }

  /** Answers that are documented, as `get /api/tags 200`, and that none of those asked about was. */
  get untold(): readonly string[] {
    return this.operations
      .flatMap(({ name, responses }) => Object.keys(responses).map((status) => `${name} ${status}`))
      .filter((answer) => !this.told.has(answer))
      .sort();
  }

  private validator($ref: string): ValidateFunction {
    const validate = this.compiled.get($ref) ?? this.ajv.compile({ $ref });
    this.compiled.set($ref, validate);
    return validate;
  }
}

function operationOf(path: string, method: string, item: object): readonly Operation[] {
  const operation = (item as Readonly<Record<string, { responses: Operation['responses'] }>>)[
    method
  ];
  if (operation === undefined) return [];
  const parts = path.split(/\{\w+\}/);
  const pattern = parts.map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('[^/]+');
  return [
    {
      method,
      name: `${method} ${path}`,
      path: new RegExp(`^${pattern}$`),
      parameters: parts.length - 1,
      pointer: `#/paths/${path.replaceAll('/', '~1').replace(/[{}]/g, (it) => encodeURIComponent(it))}/${method}`,
      responses: operation.responses,
    },
  ];
}

function contentOf({ $ref, content }: Documented): Documented['content'] {
  return $ref === undefined ? content : openapi.components.responses.Error.content;
}

import Ajv from 'ajv';
import { formatMarkdown, formatSarif, review, RULES } from '../../../../lib/tools/review';
import { Fixtures } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

/** What the schema of SARIF 2.1.0 requires of the parts that are written, in its own words. */
const text = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } };
const SCHEMA = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    version: { const: '2.1.0' },
    $schema: { type: 'string' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name', 'rules'],
                properties: {
                  name: { type: 'string' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id'],
                      properties: {
                        id: { type: 'string' },
                        shortDescription: text,
                        fullDescription: text,
                        help: text,
                        helpUri: { type: 'string', pattern: '^https://' },
                        defaultConfiguration: {
                          type: 'object',
                          properties: { level: { enum: ['none', 'note', 'warning', 'error'] } },
                        },
                      },
                      additionalProperties: false,
                    },
                  },
                },
                additionalProperties: false,
              },
            },
          },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message: text,
                locations: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            properties: { uri: { type: 'string' } },
                          },
                          region: {
                            type: 'object',
                            properties: { startLine: { type: 'integer', minimum: 1 } },
                          },
                        },
                      },
                      logicalLocations: { type: 'array', items: { type: 'object' } },
                    },
                    additionalProperties: false,
                  },
                },
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

const assembly = fixtures.load({
  App: {
    region: 'eu-west-1',
    template: {
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'a|b<img src=x>' } },
        Cluster: { Type: 'AWS::RDS::DBCluster', Properties: {} },
      },
    },
  },
});
const report = review(assembly);

it('writes SARIF of the shape that the standard requires, with rule, template and resource', () => {
  const log = JSON.parse(formatSarif(report, assembly)) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: {
        ruleId: string;
        ruleIndex: number;
        locations: object[];
        partialFingerprints: object;
      }[];
    }[];
  };
  const validate = new Ajv().compile(SCHEMA);
  expect([validate(log), validate.errors]).toEqual([true, null]);
  const [run] = log.runs;
  expect(run!.results).toHaveLength(report.findings.length);
  for (const { ruleId, ruleIndex } of run!.results) {
    expect(run!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    expect(RULES.map(({ id }) => id)).toContain(ruleId);
  }
  expect(JSON.stringify(run!.results)).toContain('App.template.json');
  expect(JSON.stringify(run!.results)).toContain('App/Cluster');
  const fingerprints = run!.results.map((it) => JSON.stringify(it.partialFingerprints));
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
});

it('writes Markdown in which a template cannot end a cell or smuggle in markup', () => {
  const hostile = {
    ...report,
    findings: report.findings.map((it) => ({ ...it, message: 'x | y <script> `z`\nnext' })),
  };
  const rows = formatMarkdown(hostile)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(report.findings.length);
  for (const row of rows) {
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
    expect(row).not.toContain('<script');
  }
});

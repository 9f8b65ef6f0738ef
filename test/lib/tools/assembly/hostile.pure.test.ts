import fc from 'fast-check';
import { AssemblyError, loadAssembly } from '../../../../lib/tools/assembly';
import { assemblyFiles, Fixtures } from './fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const names = fc.constantFrom('A', 'B', 'C', '__proto__', 'constructor', 'AWS::Region');
const functions = fc.constantFrom(
  'Ref', 'Fn::GetAtt', 'Fn::Join', 'Fn::Sub', 'Fn::Select', 'Fn::Split', 'Fn::FindInMap', 'Fn::If',
  'Fn::ImportValue', 'Fn::GetStackOutput', 'Fn::Base64', 'Fn::Cidr', 'Fn::Equals', 'Fn::And', 'Fn::Or',
  'Fn::Not', 'Condition', 'Fn::Length', 'Fn::ToJsonString', 'Fn::Unheard',
); // prettier-ignore

/** Anything JSON, rich in intrinsic functions and in names that meet. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(
      names,
      fc.constantFrom('', '${A}', '${B.C}', ',', '10.0.0.0/8'),
      fc.integer(),
      fc.constant(null),
    ),
    fc.tuple(functions, tie('value')).map(([name, argument]) => ({ [name]: argument })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
}));

const section = fc.oneof(fc.dictionary(names, value, { maxKeys: 3 }), value);
const template = fc.record({
  Parameters: section,
  Mappings: section,
  Conditions: section,
  Outputs: fc.dictionary(names, fc.record({ Value: value, Export: fc.record({ Name: value }) })),
  Resources: fc.dictionary(
    names,
    fc.record({
      Type: fc.constantFrom('AWS::S3::Bucket', 'AWS::SSM::Parameter', 'Custom::MeridianBinding'),
      Properties: fc.record({
        BucketName: value,
        Name: value,
        Value: value,
        Regions: value,
        Other: value,
      }),
      Condition: names,
    }),
    { maxKeys: 3 },
  ),
});

it('a hostile template is refused with an AssemblyError or read and resolved without a throw', () => {
  let read = 0;
  fc.assert(
    fc.property(template, template, (one, two) => {
      try {
        const directory = fixtures.write(
          assemblyFiles({ A: { template: one }, B: { template: two } }),
        );
        const assembly = loadAssembly(directory);
        read += 1;
        for (const resource of assembly.resources())
          assembly.resolve(resource.properties, resource);
        expect(assembly.edges.length).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(AssemblyError);
      }
    }),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(20);
});

it('a hostile manifest is refused with an AssemblyError or read', () => {
  const artifact = fc.record({
    type: fc.constantFrom('aws:cloudformation:stack', 'cdk:cloud-assembly', 'cdk:asset-manifest'),
    environment: fc.oneof(fc.constant('aws://1/r'), value),
    properties: fc.oneof(
      fc.dictionary(fc.constantFrom('templateFile', 'directoryName', 'file'), value),
      value,
    ),
    dependencies: value,
  });
  fc.assert(
    fc.property(fc.dictionary(names, artifact), value, (artifacts, missing) => {
      const directory = fixtures.write({ 'manifest.json': { artifacts, missing } });
      try {
        loadAssembly(directory);
      } catch (error) {
        expect(error).toBeInstanceOf(AssemblyError);
      }
    }),
    { numRuns: 300 },
  );
});

describe('what would run for ever, or out of memory, ends in unknown', () => {
  const load = (parts: object) => {
    const assembly = fixtures.load({ A: { template: { Resources: {}, ...parts } } });
    return { assembly, stack: assembly.stacks.get('A')! };
  };

  it('nesting of 100,000 levels', () => {
    const { assembly, stack } = load({});
    let deep: unknown = 'x';
    for (let at = 0; at < 100_000; at += 1) deep = { 'Fn::Join': ['', [deep]] };
    expect(assembly.resolve(deep, stack)).toEqual({
      kind: 'unknown',
      reason: 'nested deeper than 200 levels',
    });
  });

  it('properties of 100,000 levels, when edges are searched', () => {
    const properties = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const files = assemblyFiles({ A: { template: {} } });
    const text = `{"Resources":{"R":{"Type":"T","Properties":{"P":${properties}}}}}`;
    const assembly = loadAssembly(fixtures.write({ ...files, 'A.template.json': text }));
    expect(assembly.edges).toEqual([]);
  });

  it('texts that double through exports', () => {
    const Outputs = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => {
        const before = { 'Fn::ImportValue': `e${at - 1}` };
        const value = at === 0 ? 'laugh' : { 'Fn::Join': ['', [before, before]] };
        return [`O${at}`, { Value: value, Export: { Name: `e${at}` } }];
      }),
    );
    const { assembly, stack } = load({ Outputs });
    expect(assembly.resolve({ 'Fn::ImportValue': 'e39' }, stack)).toEqual({
      kind: 'unknown',
      reason: 'too large to evaluate',
    });
    expect(assembly.resolve({ 'Fn::ImportValue': 'e3' }, stack)).toMatchObject({
      value: 'laugh'.repeat(8),
    });
  });

  it('conditions that double', () => {
    const Conditions = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => {
        const before = { Condition: `C${at - 1}` };
        return [
          `C${at}`,
          at === 0 ? { 'Fn::Equals': ['a', 'a'] } : { 'Fn::And': [before, before] },
        ];
      }),
    );
    const { assembly, stack } = load({ Conditions });
    expect(assembly.resolve({ 'Fn::If': ['C59', 1, 2] }, stack).kind).toBe('unknown');
    expect(assembly.resolve({ 'Fn::If': ['C5', 1, 2] }, stack)).toEqual({
      kind: 'known',
      value: 1,
    });
  });
});

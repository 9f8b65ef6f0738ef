import { join } from 'node:path';
import { AssemblyError, loadAssembly } from '../../../../lib/tools/assembly';
import { assemblyFiles, Fixtures } from './fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const bucket = { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } };

function failure(directory: string): AssemblyError {
  try {
    loadAssembly(directory);
  } catch (error) {
    expect(error).toBeInstanceOf(AssemblyError);
    return error as AssemblyError;
  }
  throw new Error('the assembly was accepted');
}

describe('what is read', () => {
  const directory = fixtures.write({
    ...assemblyFiles({
      Second: { template: bucket, region: 'us-east-2', dependencies: ['First', 'First.assets'] },
      First: {
        template: {
          Resources: {
            Table: {
              Type: 'AWS::DynamoDB::Table',
              Properties: { TableName: 't' },
              DependsOn: 'Other',
              DeletionPolicy: 'Retain',
              UpdateReplacePolicy: 'Delete',
            },
            Other: { Type: 'AWS::S3::Bucket', DependsOn: ['Table'] },
          },
        },
      },
    }),
  });
  const assembly = loadAssembly(directory);

  it('keeps stacks in the order of the manifest', () => {
    expect([...assembly.stacks.keys()]).toEqual(['Second', 'First']);
  });

  it('tells a stack from the other artifacts that a stack depends on', () => {
    expect(assembly.stacks.get('Second')).toMatchObject({
      name: 'name-of-Second',
      region: 'us-east-2',
      account: '123456789012',
      dependencies: ['First'],
      templateFile: join(directory, 'Second.template.json'),
    });
  });

  it('finds resources by key, type, stack and Region', () => {
    const keys = (filter: Parameters<typeof assembly.resources>[0]) =>
      assembly.resources(filter).map((resource) => resource.key);
    expect(assembly.resource('First/Table')?.logicalId).toBe('Table');
    expect(keys({})).toEqual(['Second/Bucket', 'First/Table', 'First/Other']);
    expect(keys({ type: 'AWS::S3::Bucket' })).toEqual(['Second/Bucket', 'First/Other']);
    expect(keys({ type: 'AWS::S3::Bucket', region: 'us-east-2' })).toEqual(['Second/Bucket']);
    expect(keys({ stack: 'First' })).toEqual(['First/Table', 'First/Other']);
    expect(keys({ type: 'AWS::SQS::Queue' })).toEqual([]);
  });

  it('reads both forms of DependsOn and the policies', () => {
    expect(assembly.resource('First/Table')).toMatchObject({
      dependsOn: ['Other'],
      deletionPolicy: 'Retain',
      updateReplacePolicy: 'Delete',
      included: true,
    });
    expect(assembly.resource('First/Other')).toMatchObject({
      dependsOn: ['Table'],
      deletionPolicy: undefined,
    });
  });
});

describe('assets', () => {
  it('are listed by hash, with absolute paths and the keys templates use', () => {
    const files = assemblyFiles({ Api: { template: bucket, dependencies: ['Api.assets'] } });
    const manifest = files['manifest.json'] as { artifacts: Record<string, unknown> };
    manifest.artifacts['Api.assets'] = {
      type: 'cdk:asset-manifest',
      properties: { file: 'Api.assets.json' },
    };
    const directory = fixtures.write({
      ...files,
      'Api.assets.json': {
        files: {
          abc: {
            source: { path: 'asset.abc', packaging: 'zip' },
            destinations: { one: { objectKey: 'abc.zip' }, two: { objectKey: 'abc.zip' } },
          },
          made: { source: { executable: ['make'] }, destinations: {} },
        },
      },
    });
    expect([...(loadAssembly(directory).stacks.get('Api')?.assets.values() ?? [])]).toEqual([
      {
        hash: 'abc',
        path: join(directory, 'asset.abc'),
        packaging: 'zip',
        objectKeys: ['abc.zip'],
      },
    ]);
  });

  it('need their manifest', () => {
    const files = assemblyFiles({ Api: { template: bucket, dependencies: ['Api.assets'] } });
    const manifest = files['manifest.json'] as { artifacts: Record<string, unknown> };
    manifest.artifacts['Api.assets'] = {
      type: 'cdk:asset-manifest',
      properties: { file: 'Api.assets.json' },
    };
    const directory = fixtures.write(files);
    const error = failure(directory);
    expect(error.file).toBe(join(directory, 'Api.assets.json'));
    expect(error.problem).toBe('no such file; it should be a list of file assets');
  });
});

describe('nested assemblies', () => {
  const nested = (directoryName: string) => ({
    artifacts: { 'assembly-Stage': { type: 'cdk:cloud-assembly', properties: { directoryName } } },
  });

  it('are read in place', () => {
    const inner = assemblyFiles({ StageApi: { template: bucket } });
    const files = Object.fromEntries(
      Object.entries(inner).map(([name, content]) => [`assembly-Stage/${name}`, content]),
    );
    const directory = fixtures.write({ ...files, 'manifest.json': nested('assembly-Stage') });
    expect([...loadAssembly(directory).resources()].map((it) => it.key)).toEqual([
      'StageApi/Bucket',
    ]);
  });

  it('may not contain themselves', () => {
    expect(failure(fixtures.write({ 'manifest.json': nested('.') })).problem).toBe(
      'the assembly is nested in itself',
    );
  });
});

describe('what is refused, by file and fault', () => {
  const good = assemblyFiles({ Api: { template: bucket } });
  const template = (content: unknown) => ({ ...good, 'Api.template.json': content });
  const cases: [fault: string, files: Record<string, unknown>, file: string, problem: RegExp][] = [
    ['no manifest', {}, 'manifest.json', /^no such file; it should be the manifest/],
    ['a broken manifest', { 'manifest.json': '{' }, 'manifest.json', /^is not JSON/],
    ['a manifest that is a list', { 'manifest.json': [] }, 'manifest.json', /got a list$/],
    [
      'artifacts that are a list',
      { 'manifest.json': { artifacts: [] } },
      'manifest.json',
      /^artifacts must/,
    ],
    [
      'missing context',
      { 'manifest.json': { artifacts: {}, missing: [{ key: 'availability-zones:x' }] } },
      'manifest.json',
      /^context is missing.*availability-zones:x; commit the values/,
    ],
    [
      'no environment',
      { 'manifest.json': { artifacts: { A: { type: 'aws:cloudformation:stack' } } } },
      'manifest.json',
      /^artifacts\.A\.environment is missing$/,
    ],
    [
      'a strange environment',
      {
        'manifest.json': {
          artifacts: { A: { type: 'aws:cloudformation:stack', environment: 'x' } },
        },
      },
      'manifest.json',
      /must be aws:\/\/ACCOUNT\/REGION, got: x$/,
    ],
    [
      'no template',
      { 'manifest.json': good['manifest.json'] },
      'Api.template.json',
      /^no such file/,
    ],
    ['a broken template', template('{"Resources":'), 'Api.template.json', /^is not JSON/],
    ['a template that is text', template('"x"'), 'Api.template.json', /got a string$/],
    [
      'resources that are a list',
      template({ Resources: [] }),
      'Api.template.json',
      /^Resources must/,
    ],
    [
      'a resource that is null',
      template({ Resources: { A: null } }),
      'Api.template.json',
      /^Resources\.A must be an object, got null$/,
    ],
    [
      'no type',
      template({ Resources: { A: {} } }),
      'Api.template.json',
      /^Resources\.A\.Type is missing$/,
    ],
    [
      'properties that are text',
      template({ Resources: { A: { Type: 'T', Properties: 'x' } } }),
      'Api.template.json',
      /^Resources\.A\.Properties must/,
    ],
    [
      'a number in DependsOn',
      template({ Resources: { A: { Type: 'T', DependsOn: [1] } } }),
      'Api.template.json',
      /^Resources\.A\.DependsOn must/,
    ],
  ];

  it.each(cases)('%s', (_, files, file, problem) => {
    const directory = fixtures.write(files);
    const error = failure(directory);
    expect(error.file).toBe(join(directory, file));
    expect(error.problem).toMatch(problem);
    expect(error.message).toBe(`${error.file}: ${error.problem}`);
  });

  it('a directory that does not exist', () => {
    expect(failure('/no/such/place').message).toBe(
      '/no/such/place: no such directory; synthesize first (npx cdk synth)',
    );
  });

  it('two stacks of one id', () => {
    const inner = assemblyFiles({ Api: { template: bucket } });
    const manifest = good['manifest.json'] as { artifacts: Record<string, unknown> };
    const artifacts = {
      ...manifest.artifacts,
      Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'inner' } },
    };
    const directory = fixtures.write({
      ...good,
      'manifest.json': { artifacts },
      'inner/manifest.json': inner['manifest.json'],
      'inner/Api.template.json': bucket,
    });
    expect(failure(directory).problem).toBe('two stacks have the artifact id Api');
  });
});

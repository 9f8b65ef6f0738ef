import { PassThrough } from 'node:stream';
import Ajv from 'ajv';
import { Command } from 'commander';
import schema from '../../../../docs/schemas/grow.schema.json';
import { registerGrow } from '../../../../lib/tools/growth';
import { Fixtures, assemblyFiles } from '../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

/** Runs the command on assemblies as they lie in their directories. */
async function grow(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let exitCode = 0;
  const program = new Command().exitOverride();
  registerGrow(program, {
    ...{ cwd: '/', root: '/', env: {}, stdout, stderr },
    finish: (code) => {
      exitCode = code;
    },
  });
  await program.parseAsync(['grow', ...args], { from: 'user' });
  const said = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? '');
  return { exitCode, stdout: said(stdout), stderr: said(stderr) };
}

const assembly = (key: string): string =>
  fixtures.write(
    assemblyFiles({
      Data: {
        template: {
          Resources: {
            Cluster: {
              Type: 'AWS::RDS::DBCluster',
              Properties: { DBClusterIdentifier: 'main', KmsKeyId: key },
            },
          },
        },
      },
    }),
  );

test('a replacement of what holds data ends it with 1, as JSON alone on stdout', async () => {
  const { exitCode, stdout, stderr } = await grow(assembly('one'), assembly('other'), '--json');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('comparing');
  const report: unknown = JSON.parse(stdout);
  expect(new Ajv({ strict: true }).compile(schema)(report)).toBe(true);
  expect(report).toMatchObject({ steps: [{ summary: { replaced: 1 } }] });
});

test('where nothing changes it ends with 0 and says so', async () => {
  const { exitCode, stdout } = await grow(assembly('one'), assembly('one'));
  expect(exitCode).toBe(0);
  expect(stdout).toContain('resources: nothing changes');
});

test('a stage without a next one is refused with those that have one', async () => {
  await expect(grow('sharded')).rejects.toMatchObject({
    exitCode: 2,
    message:
      'without TO, FROM must be one of single-server, load-balanced, replicated, multi-region, ' +
      'got: sharded',
  });
});

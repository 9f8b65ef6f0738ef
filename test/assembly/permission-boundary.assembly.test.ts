import { resolveDeployment } from '../../lib/config';
import singleServer from '../../lib/config/declarations/single-server';
import strong from '../../lib/config/declarations/strong';
import { synthesized, synthesizedFrom } from '../support/assembly';

const POLICY = 'arn:aws:iam::123456789012:policy/teams/boundary';

test.each([
  ['strong, with experiments and every engine', strong],
  ['single-server', singleServer],
])('every role of every stack of %s has the boundary', async (_, declaration) => {
  const { stacks } = await synthesizedFrom(
    resolveDeployment({ ...declaration, permissionBoundary: POLICY }),
  );
  const roles = [...stacks].flatMap(([id, { template }]) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
      .map(([name, { Properties }]) => [`${id}/${name}`, Properties?.['PermissionsBoundary']]),
  );
  expect(roles.length).toBeGreaterThan(3);
  expect(roles.filter(([, boundary]) => boundary !== POLICY)).toEqual([]);
  const users = [...stacks.values()].flatMap(({ template }) =>
    Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::User'),
  );
  expect(users).toEqual([]);
});

test('without one no role has any', async () => {
  const { stacks } = await synthesized();
  for (const { text } of stacks.values()) expect(text).not.toContain('PermissionsBoundary');
});

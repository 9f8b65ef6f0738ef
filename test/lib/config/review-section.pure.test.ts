import { DeclarationError, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import sharded from '../../../lib/config/declarations/sharded';

const faultsOf = (review: unknown): string => {
  try {
    resolveDeployment({ ...reference, review });
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    return (error as Error).message;
  }
};

it('accepts nothing by default', () => {
  const { review, ...bare } = reference;
  expect(review?.acknowledge).toBeDefined();
  expect(resolveDeployment(bare).review).toEqual({ acknowledge: [], differences: [] });
});

it('reports every fault of an acknowledgement at once', () => {
  const message = faultsOf({
    acknowledge: [{ rule: 'Not A Rule', reason: '', expires: 'soon' }],
    differences: [{ role: '' }],
    more: 1,
  });
  for (const path of [
    'acknowledge.0.rule',
    'acknowledge.0.reason',
    'acknowledge.0.expires',
    'differences.0.role',
    'differences.0.reason',
    'review.more',
  ]) {
    expect(message).toContain(path);
  }
});

it.each([
  ['a text', 'none'],
  ['a list that is an object', { acknowledge: {} }],
  ['an entry that is none', { acknowledge: [null] }],
])('refuses %s', (_, review) => {
  expect(faultsOf(review)).toContain('review');
});

it('holds the references to ten acknowledgements, each with its reason and a day', () => {
  for (const declaration of [reference, sharded]) {
    const { acknowledge } = resolveDeployment(declaration).review;
    expect(acknowledge.length).toBeLessThanOrEqual(10);
    expect(acknowledge.every(({ resource }) => resource !== '*')).toBe(true);
  }
});

import type { EdgeBehavior, EdgeOptions } from '..';

export type Behavior = Omit<EdgeBehavior, 'pattern'>;

/** The first behavior whose pattern matches the path, else the default. */
export function chooseBehavior(
  options: Pick<EdgeOptions, 'behaviors' | 'otherwise'>,
  path: string,
): Behavior {
  return options.behaviors.find(({ pattern }) => matches(pattern, path)) ?? options.otherwise;
}

/** CloudFront ignores a leading slash of a pattern. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/^\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^/${source}$`, 's').test(path);
}

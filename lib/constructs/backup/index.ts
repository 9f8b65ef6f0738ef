export * from './backup-plan';
export * from './backup-roles';
export * from './backup-vault';
export * from './proof-watch';
export * from './restore-test';
export * from './vault-key';

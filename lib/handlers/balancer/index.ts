import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { commands, readPlaces } from './reconcile';
import { secretCommands } from './secrets';
import { tell as tellOver } from './tell';

const PAUSE_MS = 5_000;
const TIMEOUT_MS = 10_000;
/** So long a changed secret may take to be admitted; the one before it stays admitted. */
const SECRET_MS = 300_000;

/** What the unit of systemd gives it. */
const {
  BALANCER_SOCKET: socket = '',
  BALANCER_BACKEND: backend = '',
  BALANCER_GROUP: group = '',
  BALANCER_REGION: region = '',
  BALANCER_PORT: port = '',
  BALANCER_SECRET: secret = '',
  BALANCER_SECRETS_FILE: secretsFile = '',
} = process.env;

/**
 * Tells HAProxy who the servers of an Auto Scaling group are, over and over. While the Region's API does
 * not answer, everything stays as it is: HAProxy's own checks leave out who has gone.
 */
async function follow(): Promise<never> {
  for (;;) {
    try {
      // Before any server is named: until then the balancer says that it does not live.
      if (secret !== '') await admit();
      const addresses = await instances();
      const places = readPlaces(await tell('show servers state ' + backend));
      for (const command of commands(backend, places, addresses, Number(port))) {
        const answer = (await tell(command)).trim();
        console.log(command + (answer === '' ? '' : ': ' + answer));
      }
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
    await sleep(PAUSE_MS);
  }
}

let admitted: readonly string[] = [];
let asked = -Infinity;

/** Tells HAProxy which values of the secret are admitted, also after it has begun anew. */
async function admit(): Promise<void> {
  if (performance.now() - asked > SECRET_MS) {
    const current = await valueOf('AWSCURRENT');
    // There is none before the first change.
    const previous = await valueOf('AWSPREVIOUS').catch(() => undefined);
    admitted = [...new Set([current, previous ?? current])];
    asked = performance.now();
  }
  const held = await tell('show acl ' + secretsFile);
  for (const command of secretCommands(secretsFile, held, admitted)) await tell(command);
}

async function valueOf(stage: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'aws',
    [
      ...['secretsmanager', 'get-secret-value', '--region', region, '--secret-id', secret],
      ...['--version-stage', stage, '--query', 'SecretString', '--output', 'text'],
    ],
    { timeout: TIMEOUT_MS },
  );
  return stdout.trim();
}

/** Private addresses of the group's instances that run. */
async function instances(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    'aws',
    [
      ...['ec2', 'describe-instances', '--region', region, '--output', 'json'],
      ...['--query', 'Reservations[].Instances[].PrivateIpAddress', '--filters'],
      'Name=tag:aws:autoscaling:groupName,Values=' + group,
      'Name=instance-state-name,Values=running',
    ],
    { timeout: TIMEOUT_MS },
  );
  return (JSON.parse(stdout) as string[]).sort();
}

const tell = (command: string): Promise<string> => tellOver(socket, command, TIMEOUT_MS);

void follow();

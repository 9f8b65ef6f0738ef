import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { commands, readPlaces } from './reconcile';

const PAUSE_MS = 5_000;
const TIMEOUT_MS = 10_000;

/** What the unit of systemd gives it. */
const {
  BALANCER_SOCKET: socket = '',
  BALANCER_BACKEND: backend = '',
  BALANCER_GROUP: group = '',
  BALANCER_REGION: region = '',
  BALANCER_PORT: port = '',
} = process.env;

/**
 * Tells HAProxy who the servers of an Auto Scaling group are, over and over. While the Region's API does
 * not answer, everything stays as it is: HAProxy's own checks leave out who has gone.
 */
async function follow(): Promise<never> {
  for (;;) {
    try {
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

function tell(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const to = connect(socket, () => to.end(command + '\n'));
    to.setTimeout(TIMEOUT_MS, () => to.destroy(new Error('HAProxy does not answer')));
    to.on('data', (data) => (text += data.toString()));
    to.once('error', reject).once('close', () => {
      resolve(text);
    });
  });
}

void follow();

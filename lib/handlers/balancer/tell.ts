import { connect } from 'node:net';

/** Says something to HAProxy over its socket, and gives what that says. @throws Error where it is silent */
export function tell(socket: string, command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const to = connect(socket, () => to.end(command + '\n'));
    to.setTimeout(timeoutMs, () => to.destroy(new Error('HAProxy does not answer')));
    to.on('data', (data) => (text += data.toString()));
    to.once('error', reject).once('close', () => {
      resolve(text);
    });
  });
}

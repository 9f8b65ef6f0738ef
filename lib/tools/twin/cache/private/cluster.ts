import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { choosePort, waitFor, within } from '../../processes';

const CONFIG_FILE = 'nodes.conf';
/** A node waits two seconds before it takes writes, in case others know better. */
const FORM_TIMEOUT_MS = 20_000;
const ANSWER_MS = 1_000;

/** Settings of a cluster's node; it has a second port, for other nodes. */
export async function clusterSettings(
  address: string,
  dataDir: string,
): Promise<Readonly<Record<string, string | number>>> {
  // What an earlier server of this place knew of its cluster.
  await rm(join(dataDir, CONFIG_FILE), { force: true });
  return {
    'cluster-enabled': 'yes',
    'cluster-config-file': CONFIG_FILE,
    'cluster-port': await choosePort(address, 0),
    'cluster-announce-ip': address,
  };
}

/** Gives one node every slot, and waits until it serves them. */
export async function formCluster(address: string, port: number): Promise<void> {
  await say(address, port, 'CLUSTER ADDSLOTSRANGE 0 16383');
  await waitFor(`slots of ${address}:${port}`, FORM_TIMEOUT_MS, async () => {
    const info = await say(address, port, 'CLUSTER INFO');
    return info.includes('cluster_state:ok') ? true : undefined;
  });
}

/** The first words of the answer to a command; empty where there is none in time. */
async function say(address: string, port: number, command: string): Promise<string> {
  const answer = new Promise<string>((resolve) => {
    const socket = connect({ host: address, port, timeout: ANSWER_MS });
    const end = (text: string): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setEncoding('latin1');
    socket.once('data', (text) => {
      end(String(text));
    });
    for (const event of ['error', 'timeout', 'close']) {
      socket.once(event, () => {
        end('');
      });
    }
    socket.write(`${command}\r\n`);
  });
  return (await within(answer, ANSWER_MS)) ?? '';
}

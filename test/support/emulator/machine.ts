import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { choosePort, startGuarded } from '../../../lib/tools/twin/processes';
import type { GuardedProcess } from '../../../lib/tools/twin/processes';
import type { PostgresServer } from '../../../lib/tools/twin/postgres';
import type { Account } from './client';
import type { Ask } from './requests';
import type { Databases } from './databases';
import { ACCOUNT } from './emulator';
import type { Emulator } from './emulator';

/** What the machine's programs do here: packages, disks and units are none of this machine's. */
const PROGRAMS = [
  ...['aws', 'blkid', 'cfn-signal', 'chown', 'curl', 'dnf', 'id', 'install', 'mkfs.xfs', 'mount'],
  ...['mountpoint', 'nginx', 'openssl', 'pip', 'python3.12', 'runuser', 'systemctl', 'xfs_growfs'],
];
/** Longest setup, in milliseconds. */
const SETUP_MS = 90_000;
const PROGRAM = join(__dirname, 'runtime/program.sh');
const [DATABASE, WEB, KEYS] = ['127.0.0.1:5432', '127.0.0.1:8080', '127.0.0.1:8079'] as const;

interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: string;
}

interface Played {
  readonly code?: number;
  readonly stdout?: string;
}

/**
 * The instance of a deployed launch template, which the emulator does not run: its own user data in a
 * real shell, its own files out of the asset bucket, the real service on a real PostgreSQL. What
 * belongs to the operating system is played by the test and written down in `calls`.
 */
export class Machine {
  /** Every call of a program of the operating system, in order. */
  public readonly calls: string[] = [];
  public postgres: PostgresServer | undefined;
  private readonly root: string;
  /** For the programs, and for the keys of the machine's role, which nginx would serve. */
  private readonly servers: readonly [programs: Server, keys: Server] = [
    createServer((socket) => {
      this.serve(socket);
    }),
    createHttp((_, response) => {
      response.setHeader('connection', 'close');
      response.end(readFileSync(join(this.root, 'run/meridian/credentials')));
    }),
  ];
  private service: GuardedProcess | undefined;
  private password = '';
  private webPort = 0;

  private constructor(
    private readonly emulator: Emulator,
    private readonly account: Account,
    private readonly databases: Databases,
    private readonly region: string,
  ) {
    this.root = join(emulator.directory, 'machine');
  }

  /** Starts as the newest version of the template says. @throws Error with what the setup said */
  public static async start(
    emulator: Emulator,
    account: Account,
    place: { readonly region: string; readonly stack: string },
  ): Promise<Machine> {
    const { databases } = emulator;
    if (databases === undefined) throw new Error('the emulator runs no databases');
    const machine = new Machine(emulator, account, databases, place.region);
    try {
      await machine.listen();
      await machine.boot(await userData(emulator, account, place));
    } catch (error) {
      await machine.stop();
      throw error;
    }
    return machine;
  }

  /** As nginx would ask the service. */
  public readonly ask: Ask = async (path, { method = 'GET', headers = {}, body } = {}) => {
    const response = await fetch(`http://127.0.0.1:${this.webPort}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };

  /** `postgres://…` of the owner of its PostgreSQL. */
  public get owner(): string {
    const { address, port } = this.postgres!;
    return `postgres://postgres:${encodeURIComponent(this.password)}@${address}:${port}`;
  }

  /** May be asked again. */
  public async stop(): Promise<void> {
    await this.service?.stop('immediate');
    await this.postgres?.stop('immediate');
    this.service = this.postgres = undefined;
    for (const server of this.servers) server.close();
  }

  private async boot(script: string): Promise<void> {
    const { root } = this;
    const bin = join(root, 'bin');
    for (const directory of ['bin', 'dev/disk/by-id', 'etc/nginx/conf.d', 'etc/systemd/system'])
      mkdirSync(join(root, directory), { recursive: true });
    mkdirSync(join(root, 'opt/meridian/certbot/bin'), { recursive: true });
    for (const name of PROGRAMS) symlinkSync(PROGRAM, join(bin, name));
    for (const name of ['certbot', 'pip'])
      symlinkSync(PROGRAM, join(root, 'opt/meridian/certbot/bin', name));
    const [, volume = ''] = /^VOLUME_ID='vol-(\w+)'$/m.exec(script) ?? [];
    const device = `dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol${volume}`;
    writeFileSync(join(root, device), '');
    const file = join(root, 'user-data.sh');
    writeFileSync(file, this.moved(script));
    await new Promise<void>((resolve, reject) => {
      execFile(
        'bash',
        [file],
        { env: this.environment(bin), timeout: SETUP_MS },
        (error, _, stderr) => {
          if (error === null) resolve();
          else
            reject(
              new Error(`the setup failed after ${this.calls.at(-1)}: ${stderr.slice(-2_000)}`),
            );
        },
      );
    });
  }

  /** The script below the machine's own root, with ports of this machine that are free. */
  private moved(script: string): string {
    return (
      script
        .replaceAll('/etc/meridian', `${this.root}/etc/meridian`)
        .replaceAll('/opt/aws/bin/cfn-signal', 'cfn-signal')
        // But for the places in the list of files, which the setup puts below the root itself.
        .replaceAll(/(?<![0-9a-f]{64} )\/opt\/meridian/g, `${this.root}/opt/meridian`)
        .replaceAll(KEYS, `127.0.0.1:${portOf(this.servers[1])}`)
        .replace("PORT='8080'", `PORT='${this.webPort}'`)
    );
  }

  private async listen(): Promise<void> {
    for (const server of this.servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    this.webPort = await choosePort('127.0.0.1', 0);
  }

  private environment(bin: string): Record<string, string> {
    const { url } = this.emulator;
    return {
      PATH: `${bin}:${process.env.PATH ?? ''}`,
      MERIDIAN_ROOT: this.root,
      MACHINE_PORT: String(portOf(this.servers[0])),
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    };
  }

  /** Fields end with NUL: how many arguments, the name, the arguments, what was piped in. */
  private serve(socket: Socket): void {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
      const [count = '', name = '', ...rest] = received.split('\0');
      if (count === '' || rest.length < Number(count) + 2) return;
      const args = rest.slice(0, Number(count));
      this.calls.push([name, ...args].join(' '));
      this.play({ name, args, stdin: rest[args.length] ?? '' }).then(
        ({ code = 0, stdout = '' }) => socket.end(`${code}\n${stdout}`),
        (error: unknown) => {
          this.calls.push(String(error));
          socket.end('1\n');
        },
      );
    });
  }

  private async play({ name, args, stdin }: Call): Promise<Played> {
    switch (name) {
      case 'aws':
        return await this.aws(args);
      case 'curl':
        return await this.curl(args.at(-1) ?? '');
      case 'blkid':
        return { code: 2 };
      case 'mountpoint':
        return { code: 1 };
      case 'install':
        mkdirSync(args.at(-1) ?? '', { recursive: true });
        return {};
      case 'python3.12':
        return { stdout: (JSON.parse(stdin) as Record<string, string>)[args.at(-1) ?? ''] };
      case 'runuser':
        this.password = stdin;
        writeFileSync(join(this.root, 'data/postgres/postgresql.conf'), '');
        return {};
      case 'systemctl':
        await this.systemctl(args.join(' '));
        return {};
      default:
        return {};
    }
  }

  private async aws(args: readonly string[]): Promise<Played> {
    if (args[0] === 'secretsmanager')
      return { stdout: await this.account.secret(this.region, args[3] ?? '') };
    if (args[0] !== 's3') return {};
    const [from = '', to = ''] = args.slice(-2);
    const response = await fetch(`${this.emulator.url}/${from.slice('s3://'.length)}`);
    if (!response.ok) throw new Error(`${from}: ${response.status}`);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, Buffer.from(await response.arrayBuffer()));
    return {};
  }

  /** The instance's metadata, and the service's health. */
  private async curl(url: string): Promise<Played> {
    if (url.startsWith(`http://${WEB}/`)) {
      const asked = url.replace(WEB, `127.0.0.1:${this.webPort}`);
      const answer = await fetch(asked).catch(() => undefined);
      return { code: answer?.ok === true ? 0 : 22 };
    }
    const [, path = ''] = url.split('/latest/');
    if (path.endsWith('/security-credentials/')) return { stdout: 'role' };
    if (!path.endsWith('/security-credentials/role')) return { stdout: 'i-0123456789abcdef0' };
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    const keys = { AccessKeyId: ACCOUNT, SecretAccessKey: 'emulated', Token: 'emulated' };
    return { stdout: JSON.stringify({ ...keys, Expiration }) };
  }

  private async systemctl(words: string): Promise<void> {
    if (words === 'enable --now postgresql') {
      const settings = readFileSync(join(this.root, 'data/postgres/meridian.conf'), 'utf8');
      this.postgres = await this.databases.startPlain('one-server', this.password, settings);
      const migration = join(this.root, 'etc/meridian/migration.json');
      const { address, port } = this.postgres;
      const here = readFileSync(migration, 'utf8').replaceAll(DATABASE, `${address}:${port}`);
      writeFileSync(migration, here);
    }
    if (words === 'restart meridian') this.service = this.run();
  }

  /** As systemd would: the unit's program with the unit's variables. */
  private run(): GuardedProcess {
    const unit = readFileSync(join(this.root, 'etc/systemd/system/meridian.service'), 'utf8');
    const [, program = ''] = /^ExecStart=\/usr\/bin\/node (.*)$/m.exec(unit) ?? [];
    const [, variables = ''] = /^EnvironmentFile=(.*)$/m.exec(unit) ?? [];
    const lines = readFileSync(variables, 'utf8').matchAll(/^(\w+)='(.*)'$/gm);
    return startGuarded({
      command: process.execPath,
      args: [program],
      cwd: this.root,
      env: {
        ...this.environment(join(this.root, 'bin')),
        ...Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value])),
      },
      log: join(this.emulator.directory, 'machine.log'),
    });
  }
}

async function userData(
  emulator: Emulator,
  account: Account,
  { region, stack }: { readonly region: string; readonly stack: string },
): Promise<string> {
  const resources = await account.resources(region, stack);
  const template = resources.find(({ ResourceType }) => ResourceType?.endsWith('LaunchTemplate'));
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'emulated' };
  const client = new EC2Client({ region, endpoint: emulator.url, credentials });
  const { LaunchTemplateVersions = [] } = await client.send(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: template?.PhysicalResourceId,
      Versions: ['$Latest'],
    }),
  );
  const encoded = LaunchTemplateVersions[0]?.LaunchTemplateData?.UserData;
  if (encoded === undefined) throw new Error(`${stack} has no launch template with user data`);
  return Buffer.from(encoded, 'base64').toString();
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export interface UserDataProps {
  /** The module that the service runs. */
  readonly bootstrap: string;
  /** The server's variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Port on which it listens. */
  readonly port: number;
  /** Path on which it says that it lives. */
  readonly healthPath: string;
  /** Log group that its output goes to. */
  readonly logGroupName: string;
  /** Whom to tell whether it lives. */
  readonly signal: Signal;
}

/** File of the variables, in the form of systemd; where the twin looks as well. */
const ENVIRONMENT_FILE = '/etc/meridian/environment';
const LOG_FILE = '/var/log/meridian/server.log';

/**
 * What an instance does at its first start: installs Node.js out of Amazon Linux's own repositories,
 * which are in the Region's S3, and starts the server as a service of systemd that cannot change the
 * system. It tells CloudFormation whether the server came to live, so that a version that does not
 * is rolled back. Nothing that it needs is outside the Region.
 *
 * @see https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html
 */
export function userData(props: UserDataProps): string {
  const { port, healthPath } = props;
  return script(props.signal, [
    'dnf install -y --quiet nodejs24 amazon-cloudwatch-agent',
    'install -d -m 755 /opt/meridian /etc/meridian',
    ...file('/opt/meridian/bootstrap.mjs', props.bootstrap),
    ...file(ENVIRONMENT_FILE, variables({ ...props.environment, PORT: String(port) })),
    `chmod 600 ${ENVIRONMENT_FILE}`,
    ...file('/etc/systemd/system/meridian.service', UNIT),
    ...file('/etc/logrotate.d/meridian', ROTATION),
    ...file('/opt/meridian/agent.json', agent(props.logGroupName)),
    '/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl ' +
      '-a fetch-config -m ec2 -s -c file:/opt/meridian/agent.json',
    'systemctl daemon-reload',
    'systemctl enable --now meridian.service',
    waitFor(`http://127.0.0.1:${port}${healthPath}`),
  ]);
}

/** Whom an instance tells whether it came to live: the group's stack, logical id and Region. */
export interface Signal {
  readonly stack: string;
  readonly resource: string;
  readonly region: string;
}

/** Commands that end at the first that fails; either way CloudFormation is told. */
export function script({ stack, resource, region }: Signal, steps: readonly string[]): string {
  return [
    '#!/bin/bash',
    'set -euo pipefail',
    "trap '/opt/aws/bin/cfn-signal --exit-code $? " +
      `--stack ${stack} --resource ${resource} --region ${region} || true' EXIT`,
    ...steps,
    '',
  ].join('\n');
}

/** Waits a minute for an answer that says yes. */
export function waitFor(url: string): string {
  return (
    'curl --silent --fail --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors ' + url
  );
}

/** Ends a text that is written to a file; no line of ours or of a declaration is equal to it. */
const END = 'END_OF_MERIDIAN_FILE';

export function file(path: string, content: string): string[] {
  return [`cat > ${path} <<'${END}'`, content, END];
}

/** What systemd takes for something else within double quotes; values known only later stay whole. */
const SPECIAL = /(\$\{Token\[[^\]]+\]\})|["\\`$]/g;

export function variables(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}="${quoted(value)}"`)
    .join('\n');
}

/** A server takes no longer than 20 s to finish what it has begun. */
const UNIT = `[Unit]
Description=Server of the service
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${ENVIRONMENT_FILE}
ExecStart=/usr/bin/node /opt/meridian/bootstrap.mjs
Restart=always
RestartSec=1
TimeoutStopSec=30
StandardOutput=append:${LOG_FILE}
StandardError=inherit
LogsDirectory=meridian
DynamicUser=yes
ProtectSystem=strict
ProtectHome=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
CapabilityBoundingSet=
NoNewPrivileges=yes
RestrictSUIDSGID=yes
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target`;

const ROTATION = `${LOG_FILE} {
  size 50M
  rotate 1
  copytruncate
  missingok
}`;

function agent(logGroupName: string): string {
  const collected = { file_path: LOG_FILE, log_group_name: logGroupName };
  return JSON.stringify({
    logs: {
      logs_collected: {
        files: { collect_list: [{ ...collected, log_stream_name: '{instance_id}' }] },
      },
    },
  });
}

function quoted(value: string): string {
  return value.replace(SPECIAL, (found, token: string | undefined) => token ?? `\\${found}`);
}

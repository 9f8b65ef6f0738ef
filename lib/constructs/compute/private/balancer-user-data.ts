import { BALANCER_ALIVE } from '../haproxy';
import type { Signal } from './user-data';
import { file, script, variables, waitFor } from './user-data';

export interface BalancerUserDataProps {
  /** Text of HAProxy's configuration. */
  readonly configuration: string;
  /** Texts of its other files, by name. */
  readonly more: Readonly<Record<string, string>>;
  /** The module that follows the servers. */
  readonly discovery: string;
  /** Its variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Port on which HAProxy listens. */
  readonly port: number;
  /** Whom to tell whether it lives. */
  readonly signal: Signal;
}

/** Directory of HAProxy's files, as its package has it. */
export const HAPROXY_DIRECTORY = '/etc/haproxy';
/** In the package's own directory for it. */
export const HAPROXY_SOCKET = '/var/lib/haproxy/admin.sock';
/** User that the package makes. */
export const HAPROXY_USER = 'haproxy';

/**
 * What an instance of the software tier does at its first start: HAProxy and Node.js out of Amazon
 * Linux's own repositories, the generated configuration, checked, and what follows the servers.
 */
export function balancerUserData(props: BalancerUserDataProps): string {
  const files = { 'haproxy.cfg': props.configuration, ...props.more };
  return script(props.signal, [
    'dnf install -y --quiet haproxy nodejs24',
    'install -d -m 755 /opt/meridian /etc/meridian',
    ...Object.entries(files).flatMap(([name, text]) => file(`${HAPROXY_DIRECTORY}/${name}`, text)),
    `haproxy -c -f ${HAPROXY_DIRECTORY}/haproxy.cfg`,
    ...file('/opt/meridian/discovery.mjs', props.discovery),
    ...file('/etc/meridian/discovery', variables(props.environment)),
    ...file('/etc/systemd/system/meridian-discovery.service', UNIT),
    'systemctl daemon-reload',
    'systemctl enable --now haproxy.service meridian-discovery.service',
    waitFor(`http://127.0.0.1:${props.port}${BALANCER_ALIVE}`),
  ]);
}

const UNIT = `[Unit]
Description=Tells HAProxy who the servers are
After=haproxy.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=/etc/meridian/discovery
ExecStart=/usr/bin/node /opt/meridian/discovery.mjs
Restart=always
RestartSec=1
User=${HAPROXY_USER}
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
CapabilityBoundingSet=
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target`;

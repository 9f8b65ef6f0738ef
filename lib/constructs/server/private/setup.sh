#!/bin/bash
# Makes a plain Amazon Linux 2023 machine the product's one server: takes over the data volume and the
# address, starts PostgreSQL on the volume, migrates, and serves behind nginx. Every step may be run
# again: what outlives the machine is on the volume. Settings come from /etc/meridian/settings.
set -euo pipefail

ROOT="${MERIDIAN_ROOT:-}" # tests run it below another directory
DATA="$ROOT/data"
OPT="$ROOT/opt/meridian"
ETC="$ROOT/etc/meridian"
METADATA=http://169.254.169.254/latest

metadata() {
  local token
  token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$METADATA/api/token")
  curl -sf -H "X-aws-ec2-metadata-token: $token" "$METADATA/meta-data/$1"
}

# The machine before this one may still hold it: it is gone for good by then, or about to be.
attach_volume() {
  local instance
  instance=$(metadata instance-id)
  aws ec2 wait volume-available --volume-ids "$VOLUME_ID"
  aws ec2 attach-volume --volume-id "$VOLUME_ID" --instance-id "$instance" --device /dev/sdf
  aws ec2 wait volume-in-use --volume-ids "$VOLUME_ID"
}

device() {
  echo "$ROOT/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VOLUME_ID/-/}"
}

# A file system is made only where blkid finds nothing at all, and mkfs.xfs refuses to overwrite one.
mount_volume() {
  local path
  path=$(device)
  for _ in $(seq 60); do [ -e "$path" ] && break; sleep 1; done
  local status=0
  blkid "$path" || status=$?
  if [ "$status" -eq 2 ]; then mkfs.xfs "$path"
  elif [ "$status" -ne 0 ]; then echo "blkid failed with $status" >&2; return 1; fi
  mkdir -p "$DATA"
  grep -q "$path" "$ROOT/etc/fstab" 2>/dev/null ||
    echo "$path $DATA xfs noatime,nofail 0 0" >>"$ROOT/etc/fstab"
  mountpoint -q "$DATA" || mount -o noatime "$path" "$DATA"
  xfs_growfs "$DATA"
}

take_address() {
  aws ec2 associate-address --allocation-id "$ALLOCATION_ID" --allow-reassociation \
    --instance-id "$(metadata instance-id)"
}

# FILES has a line `KEY SHA256 PATH` for each file; bytes of another digest are never run.
fetch_files() {
  local key digest path
  while read -r key digest path; do
    [ -n "$key" ] || continue
    mkdir -p "$(dirname "$ROOT$path")"
    aws s3 cp --only-show-errors "s3://$BUCKET/$key" "$ROOT$path.part"
    echo "$digest  $ROOT$path.part" | sha256sum --check --quiet
    mv "$ROOT$path.part" "$ROOT$path"
  done <<<"$FILES"
}

install_packages() {
  dnf install -y nginx nodejs22 postgresql17-server python3.12
  [ -x "$OPT/certbot/bin/certbot" ] || python3.12 -m venv "$OPT/certbot"
  "$OPT/certbot/bin/pip" install --quiet 'certbot==5.1.0'
  id meridian >/dev/null 2>&1 || useradd --system --no-create-home meridian
}

secret() {
  aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text |
    python3.12 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$2"
}

# wal_level is logical from the first day: moving to a managed database needs no restart.
start_postgres() {
  local pgdata="$DATA/postgres" kib
  kib=$(awk '/MemTotal/ { print $2 }' /proc/meminfo)
  if [ ! -e "$pgdata/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 700 "$pgdata"
    secret "$MASTER_SECRET" password | runuser -u postgres -- \
      initdb -D "$pgdata" -U postgres -A scram-sha-256 --pwfile=/dev/stdin --data-checksums
  fi
  cat >"$pgdata/meridian.conf" <<CONF
listen_addresses = '*'
wal_level = logical
max_replication_slots = 10
max_wal_senders = 10
password_encryption = scram-sha-256
shared_buffers = $((kib / 4096))MB
CONF
  grep -q "include 'meridian.conf'" "$pgdata/postgresql.conf" ||
    echo "include 'meridian.conf'" >>"$pgdata/postgresql.conf"
  # From this machine, and by the move from inside the network; the firewall admits nobody else.
  cat >"$pgdata/pg_hba.conf" <<HBA
local all all peer
host all all 127.0.0.1/32 scram-sha-256
host all all ${VPC_CIDR} scram-sha-256
HBA
  chown postgres:postgres "$pgdata/meridian.conf" "$pgdata/pg_hba.conf"
  mkdir -p "$ROOT/etc/systemd/system/postgresql.service.d"
  printf '[Unit]\nRequiresMountsFor=/data\n[Service]\nEnvironment=PGDATA=%s\n' "$pgdata" \
    >"$ROOT/etc/systemd/system/postgresql.service.d/meridian.conf"
  systemctl daemon-reload
  systemctl enable --now postgresql
}

# The workload asks for its role's keys as in a container; here they are a file that nginx serves to
# this machine alone, renewed long before they end.
refresh_credentials() {
  install -d -m 755 "$ROOT/run/meridian"
  metadata "iam/security-credentials/$(metadata iam/security-credentials/)" \
    >"$ROOT/run/meridian/credentials.part"
  mv "$ROOT/run/meridian/credentials.part" "$ROOT/run/meridian/credentials"
}

migrate() {
  local run="import { readFileSync } from 'node:fs';
    const { handler } = await import('$OPT/migrate/index.mjs');
    const ResourceProperties = JSON.parse(readFileSync('$ETC/migration.json', 'utf8'));
    await handler({ RequestType: 'Update', ResourceProperties });
    process.exit(0);"
  (set -a && . "$ETC/environment" && exec node --input-type=module -e "$run")
}

write_units() {
  local units="$ROOT/etc/systemd/system"
  cat >"$units/meridian.service" <<UNIT
[Unit]
After=postgresql.service nginx.service
[Service]
User=meridian
EnvironmentFile=$ETC/environment
ExecStart=/usr/bin/node $OPT/server.mjs
Restart=always
RestartSec=1
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
[Install]
WantedBy=multi-user.target
UNIT
  local task
  for task in credentials:2min maintain:1h; do
    printf '[Service]\nType=oneshot\nExecStart=/bin/bash %s/setup.sh %s\n' \
      "$OPT" "${task%%:*}" >"$units/meridian-${task%%:*}.service"
    printf '[Timer]\nOnBootSec=1min\nOnUnitActiveSec=%s\n[Install]\nWantedBy=timers.target\n' \
      "${task##*:}" >"$units/meridian-${task%%:*}.timer"
  done
  systemctl daemon-reload
}

# Until there is a certificate nginx has one of its own making, so that it can start.
write_nginx() {
  local tls="$DATA/tls"
  mkdir -p "$tls" "$ROOT/var/www/acme"
  [ -e "$tls/certificate.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 7 \
    -subj "/CN=$DOMAIN_NAME" -keyout "$tls/key.pem" -out "$tls/certificate.pem"
  cat >"$ROOT/etc/nginx/conf.d/meridian.conf" <<NGINX
server {
  listen 127.0.0.1:8079;
  location = /credentials { root /run/meridian; default_type application/json; }
}
server {
  listen 80 default_server;
  location /.well-known/acme-challenge/ { root /var/www/acme; }
  location / { return 301 https://$DOMAIN_NAME\$request_uri; }
}
server {
  listen 443 ssl default_server;
  http2 on;
  server_name $DOMAIN_NAME;
  ssl_certificate $tls/certificate.pem;
  ssl_certificate_key $tls/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  add_header strict-transport-security "max-age=31536000" always;
  root $OPT/site;
  error_page 404 /404.html;
  location / { try_files \$uri \$uri.html \$uri/index.html =404; }
  location ~ ^(/api/|$HEALTH_PATH\$|$READY_PATH\$) {
    proxy_pass http://127.0.0.1:8080;
    proxy_http_version 1.1;
    proxy_set_header host \$host;
    proxy_set_header x-forwarded-for \$remote_addr;
    proxy_set_header x-forwarded-proto https;
    proxy_read_timeout 35s;
  }
}
NGINX
  nginx -t
  systemctl enable nginx
  systemctl reload-or-restart nginx
}

# Certificates stand on the volume: a machine that takes over asks for none.
maintain() {
  xfs_growfs "$DATA"
  local tls="$DATA/tls" live="$DATA/letsencrypt/live/$DOMAIN_NAME"
  "$OPT/certbot/bin/certbot" certonly --webroot -w "$ROOT/var/www/acme" -d "$DOMAIN_NAME" \
    --config-dir "$DATA/letsencrypt" --work-dir "$ROOT/run/meridian" --logs-dir "$ROOT/var/log" \
    --agree-tos --register-unsafely-without-email --non-interactive --keep-until-expiring
  cp -L "$live/fullchain.pem" "$tls/certificate.pem"
  cp -L "$live/privkey.pem" "$tls/key.pem"
  systemctl reload nginx
}

wait_until_healthy() {
  for _ in $(seq 90); do
    curl -sf -o /dev/null "http://127.0.0.1:8080$HEALTH_PATH" && return 0
    sleep 1
  done
  echo 'the service did not become healthy' >&2
  return 1
}

main() {
  install_packages
  attach_volume
  mount_volume
  take_address
  fetch_files
  start_postgres
  write_nginx
  refresh_credentials
  migrate
  write_units
  systemctl enable --now meridian-credentials.timer meridian-maintain.timer
  systemctl enable meridian
  systemctl restart meridian
  wait_until_healthy
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -a
  . "$ETC/settings"
  set +a
  case "${1:-main}" in
    main) main ;;
    credentials) refresh_credentials ;;
    maintain) maintain ;;
    *) echo "unknown task: $1" >&2; exit 2 ;;
  esac
fi

import { writeFileSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Assembly } from '../../assembly';
import type { CommandContext } from '../../command';
import { CommandError, didYouMean, startProgress } from '../../command';
import { DEFAULT_DECLARATION } from '../../declaration';
import { SUBJECT, readSubject } from '../../subject';
import type { GeoReport } from './model';
import type { DnsPlace } from './private/ask-dns';
import { askDns } from './private/ask-dns';
import { askHealth, askRoute53 } from './private/ask-route53';
import { everyClient } from './private/clients';
import { readChecks } from './private/health';
import { worldMap } from './private/map';
import { failingFast } from './private/resolver';
import { Route53 } from './private/route53';
import { formatReport } from './private/table';
import { zoneOf } from './private/zone';
import type { GeoOptions } from './report';
import { geoReport } from './report';

interface Options {
  readonly dns?: DnsPlace;
  readonly route53?: true;
  readonly zone?: string;
  readonly resolver: string;
  readonly rate: number;
  readonly lose?: readonly string[];
  readonly only?: readonly string[];
  readonly exact?: true;
  readonly json?: true;
  readonly svg?: string;
}

/** Google's public resolver: it tells authoritative servers the client's network. */
const RESOLVER = '8.8.8.8';
const DNS_AT_ONCE = 32;

/** `meridian geo [DECLARATION|ASSEMBLY]` */
export function registerGeo(program: Command, context: CommandContext): void {
  program
    .command('geo')
    .summary('which Region each country and city should reach, and does')
    .description(
      'Derives from the templates what every country and a few cities should reach, in both hops: ' +
        'the CDN, and the Region behind it. Asked of Route 53 or of a DNS server, it tells the ' +
        'differences. Ends with 1 if there are any, if something is unknown or nobody serves a client.',
    )
    .argument('[declaration or assembly]', SUBJECT, DEFAULT_DECLARATION)
    .option('--dns <host:port>', "ask this DNS server, for example the twin's", dnsPlace)
    .option(
      '--route53',
      'ask Route 53 (TestDNSAnswer, health checks) with credentials of the environment',
    )
    .option('--zone <id>', 'hosted zone to ask about (default: found by its name)')
    .option('--resolver <ip>', 'resolver that Route 53 is to imagine', address, RESOLVER)
    .option('--rate <n>', 'requests a second to Route 53, which takes five', rate, 4)
    .option('--lose <region...>', 'expect these Regions to be lost')
    .option('--only <client,...>', 'countries (JP) and cities (Tokyo) to look at', list)
    .option('--exact', 'a Region about as near as the nearest is a difference too')
    .option('--json', 'print one JSON object (docs/schemas/geo.schema.json)')
    .option('--svg <file>', 'also write a world map')
    .action(async (subject: string, options: Options) => {
      await runGeo(subject, options, context);
    });
}

async function runGeo(subject: string, options: Options, context: CommandContext): Promise<void> {
  if (options.dns !== undefined && options.route53 === true) {
    throw new CommandError('--dns and --route53 ask two different ones: choose one', 2);
  }
  checkClients(options.only);
  const { assembly } = await readSubject(subject, context);
  checkRegions(assembly, options.lose);
  const report = await measure(assembly, options, context);
  if (options.svg !== undefined) writeMap(resolve(context.cwd, options.svg), report);
  context.stdout.write(
    options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
  );
  const { differs, near, unknown, unserved } = report.summary;
  const amiss = differs + unknown + unserved + (options.exact === true ? near : 0);
  context.finish(amiss > 0 ? 1 : 0);
}

async function measure(
  assembly: Assembly,
  options: Options,
  { stderr }: CommandContext,
): Promise<GeoReport> {
  const progress = startProgress(stderr);
  const onProgress = (done: number, total: number): void => {
    if (stderr.isTTY === true || done === total) progress.step(`${done} of ${total} looked at`);
  };
  const common: GeoOptions = {
    ...(options.lose && { lost: options.lose }),
    ...(options.only && { only: options.only }),
  };
  try {
    if (options.route53 === true) {
      return await withRoute53(assembly, options, { ...common, onProgress });
    }
    const { dns } = options;
    if (dns === undefined) return await geoReport(assembly, common);
    const ask = {
      asked: { kind: 'dns', at: `${dns.host}:${dns.port}` } as const,
      resolver: failingFast(askDns(dns)),
      // Nobody but the twin gives networks that are reserved a place.
      knowsVantages: /^(127\.|::1$)/.test(dns.host),
      atOnce: DNS_AT_ONCE,
    };
    return await geoReport(assembly, { ...common, ask, onProgress });
  } finally {
    progress.stop();
  }
}

async function withRoute53(
  assembly: Assembly,
  { zone, resolver, rate: requestsPerSecond }: Options,
  common: GeoOptions,
): Promise<GeoReport> {
  const api = new Route53({ requestsPerSecond });
  try {
    const declared = zoneOf(assembly);
    let id: Promise<string> | undefined;
    const findZone = (): Promise<string> =>
      (id ??= Promise.resolve(zone ?? declared.id ?? api.zoneId(declared.name)));
    const health = await askHealth(api, readChecks(assembly));
    return await geoReport(assembly, {
      ...common,
      health,
      ask: {
        asked: { kind: 'route53', at: zone ?? declared.id ?? declared.name },
        resolver: failingFast(askRoute53(api, findZone, resolver)),
        knowsVantages: false,
        atOnce: 1,
      },
    });
  } finally {
    api.close();
  }
}

function checkRegions(assembly: Assembly, lost: readonly string[] = []): void {
  const balancers = assembly.resources({ type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' });
  const regions = [...new Set(balancers.map(({ stack }) => stack.region))];
  const odd = lost.filter((region) => !regions.includes(region));
  const guess = (region: string) => `${region}${didYouMean(region, regions)}`;
  if (odd.length === 0) return;
  throw new CommandError(
    `--lose must name Regions of ${regions.join(', ')}, got: ${odd.map(guess).join(', ')}`,
    2,
  );
}

function checkClients(only: readonly string[] = []): void {
  const known = everyClient();
  const odd = only.filter((id) => !known.some((client) => client.id === id));
  if (odd.length === 0) return;
  const cities = known.filter(({ kind }) => kind === 'vantage').map(({ id }) => id);
  throw new CommandError(
    `--only takes two-letter country codes and ${cities.join(', ')}, got: ${odd.join(', ')}`,
    2,
  );
}

function writeMap(file: string, report: GeoReport): void {
  try {
    writeFileSync(file, worldMap(report));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the map cannot be written: ${reason}`, 2);
  }
}

function dnsPlace(value: string): DnsPlace {
  const [, host = '', digits = ''] = /^\[?([0-9a-fA-F.:]+?)\]?:(\d{1,5})$/.exec(value) ?? [];
  const port = Number(digits);
  if (isIP(host) === 0 || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('It must be an address and a port, such as 127.0.0.1:5353.');
  }
  return { host, port };
}

function address(value: string): string {
  if (!isIPv4(value)) throw new InvalidArgumentError('It must be an IPv4 address.');
  return value;
}

function rate(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

function list(value: string): readonly string[] {
  return value.split(',').map((item) => item.trim());
}

import { servingRegions } from '../private/routing';
import type { View } from '../private/view';

export interface Availability {
  /** Monthly uptime that AWS commits to for each service in use; the least of its forms here. */
  readonly services: readonly {
    readonly service: string;
    readonly uptime: number;
    readonly source: string;
  }[];
  /** All services of one Region in a row. */
  readonly oneRegion: number;
  /** Any Region serves reads; Regions fail apart from each other, which is an assumption. */
  readonly reads: number;
  /** What is written stands in one Region at a time. */
  readonly writes: number;
}

interface Sla {
  readonly service: string;
  readonly uptime: number;
  readonly types: RegExp;
  /** Stands before all Regions. */
  readonly global?: true;
  readonly page: string;
}

/** Service level agreements as published; multi-zone forms, which is what templates here deploy. */
const SLAS: readonly Sla[] = [
  { service: 'Route 53', uptime: 1, types: /Route53::RecordSet/, global: true, page: 'route53' },
  {
    service: 'CloudFront',
    uptime: 0.999,
    types: /CloudFront::Distribution/,
    global: true,
    page: 'cloudfront',
  },
  {
    service: 'Elastic Load Balancing',
    uptime: 0.9999,
    types: /ElasticLoadBalancingV2::LoadBalancer/,
    page: 'elasticloadbalancing',
  },
  { service: 'ECS and Fargate', uptime: 0.9999, types: /ECS::Service/, page: 'compute' },
  { service: 'Lambda', uptime: 0.9995, types: /^AWS::Lambda::Function/, page: 'lambda' },
  { service: 'Aurora', uptime: 0.9999, types: /RDS::DBCluster$/, page: 'rds/aurora' },
  {
    service: 'DynamoDB global tables',
    uptime: 0.99999,
    types: /DynamoDB::GlobalTable/,
    page: 'dynamodb',
  },
  {
    service: 'ElastiCache',
    uptime: 0.9999,
    types: /ElastiCache::(ReplicationGroup|ServerlessCache)/,
    page: 'elasticache',
  },
];

const round = (value: number): number => Math.round(value * 1e7) / 1e7;

/** Composite availability from published agreements: a promise of credits, not a forecast. */
export function availabilityOf(view: View): Availability {
  const types = new Set(view.all().map(({ type }) => type));
  // Functions beside servers take each other's place behind one listener; the better one counts.
  const used = SLAS.filter((sla) => [...types].some((type) => sla.types.test(type))).filter(
    ({ service }) => service !== 'Lambda' || !types.has('AWS::ECS::Service'),
  );
  const product = (all: readonly Sla[]): number => all.reduce((sum, { uptime }) => sum * uptime, 1);
  const front = product(used.filter((it) => it.global === true));
  const oneRegion = product(used.filter((it) => it.global !== true));
  const regions = Math.max(view.once(servingRegions).length, 1);
  return {
    services: used.map(({ service, uptime, page }) => ({
      service,
      uptime,
      source: `https://aws.amazon.com/${page}/sla/`,
    })),
    oneRegion: round(oneRegion),
    reads: round(front * (1 - (1 - oneRegion) ** regions)),
    writes: round(front * oneRegion),
  };
}

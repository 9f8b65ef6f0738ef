/**
 * Addresses from which Route 53 checks endpoints over IPv4: service `ROUTE53_HEALTHCHECKS` of
 * https://ip-ranges.amazonaws.com/ip-ranges.json without the China Regions, equal to the answer
 * of `GetCheckerIpRanges` (which splits 15.177.0.0/18). Confirmed by independent public copies,
 * 2026-11. A table, because looking it up needs the network at synthesis.
 *
 * A load balancer that does not admit all of them is reported unhealthy although it serves.
 */
export const HEALTH_CHECKER_CIDRS: readonly string[] = [
  '15.177.0.0/18',
  '54.183.255.128/26',
  '54.228.16.0/26',
  '54.232.40.64/26',
  '54.241.32.64/26',
  '54.243.31.192/26',
  '54.244.52.192/26',
  '54.245.168.0/26',
  '54.248.220.0/26',
  '54.250.253.192/26',
  '54.251.31.128/26',
  '54.252.79.128/26',
  '54.252.254.192/26',
  '54.255.254.192/26',
  '107.23.255.0/26',
  '176.34.159.192/26',
  '177.71.207.128/26',
];

/**
 * What moving a shard's home takes on AWS beyond detection and a decision. The review adds these up,
 * and the twin's as-configured clock counts them where its own engines are faster.
 */

/** Seconds until the checks of a Region have failed: three of them, ten seconds apart. */
export const DETECTION_SECONDS = 30;

/** Seconds that a person takes to decide on a failover, where nothing else is declared. */
export const DECISION_SECONDS = 30;

/**
 * Seconds until an Aurora secondary that is promoted takes writes: AWS calls it "less than a minute".
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
 */
export const PROMOTION_SECONDS = 60;

/** Seconds for which a writer may go on without the topology document: one lease (design: the fence). */
export const LEASE_SECONDS = 10;

/**
 * Seconds until an alias that evaluates its target's health leaves a load balancer that is gone:
 * Route 53 asks its nodes as it asks endpoints by default, three times ten seconds apart.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
 */
export const BALANCER_HEALTH_SECONDS = 30;

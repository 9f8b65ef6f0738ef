import { customResource } from '../private/custom-resource';
import { dsqlClusters } from './dsql';
import { peeringWork } from './peering';

const { env } = process;

/** Lambda handler of `Custom::MeridianPeering`, with the credentials of the function's role. */
export const handler = customResource(
  peeringWork(
    dsqlClusters({
      region: env['AWS_REGION'] ?? '',
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'],
      endpoint: env['AWS_ENDPOINT_URL_DSQL'] ?? env['AWS_ENDPOINT_URL'],
    }),
  ),
);

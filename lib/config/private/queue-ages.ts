import type { Deployment, Service } from '../deployment';
import { Names } from '../names';
import type { Scaling } from '../compute';
import type { Field } from './field';

/**
 * Puts the real name of a declared queue, by which its metrics go, in the place of the name in the
 * declaration: of a queue that nobody has, no metric ever tells an age.
 */
export function nameQueues(field: Field, deployment: Deployment): Deployment {
  const names = new Names(deployment);
  const { queues } = deployment;
  const named = (path: string, scaling: Scaling): Scaling => {
    // Without a name it has been refused already.
    if (scaling.queueAge === undefined || scaling.queueAge.queue === '') return scaling;
    const queue = queues.find(({ name }) => name === scaling.queueAge?.queue);
    if (queue !== undefined) {
      return { ...scaling, queueAge: { ...scaling.queueAge, queue: names.queue(queue) } };
    }
    const known = queues.map(({ name }) => name).join(', ');
    field
      .below(`${path}.scaling.queueAge.queue`)
      .reject(
        known === '' ? 'a queue of `queues`, which declares none' : `one of \`queues\`: ${known}`,
        JSON.stringify(scaling.queueAge.queue),
      );
    return scaling;
  };
  const services = deployment.services.map((service): Service => {
    const { fargate, ec2 } = service.compute;
    const at = `${service.name}.compute`;
    return {
      ...service,
      compute: {
        ...service.compute,
        ...(fargate && {
          fargate: { ...fargate, scaling: named(`${at}.fargate`, fargate.scaling) },
        }),
        ...(ec2 && { ec2: { ...ec2, scaling: named(`${at}.ec2`, ec2.scaling) } }),
      },
    };
  });
  return { ...deployment, services };
}

import type { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { RegionName } from '../../../config';

interface ServerContainerProps {
  /** Name of the container. */
  readonly name: string;
  /** Image by digest. */
  readonly imageName: string;
  /** Text of the module that it starts with. @default the image's own command */
  readonly bootstrap: string | undefined;
  /** Port on which it listens. */
  readonly port: number;
  /** Its variables beside `PORT`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly log: ILogGroup;
  /** Region of the stack. */
  readonly region: RegionName;
}

/** The image's user `node`; by number, which needs no look-up in the image. */
const USER = '1000:1000';
/** MiB of memory for `/tmp`, where the module is put. */
const SCRATCH_MIB = 16;

/**
 * A plain Node image that starts with the bootstrap, which fetches and verifies the server's module; or
 * an image that has all it needs. It can change nothing: no root, no capability, a root file system that is only read. What it writes
 * goes to memory, and that cannot be executed.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export function serverContainer(
  props: ServerContainerProps,
): CfnTaskDefinition.ContainerDefinitionProperty {
  const { name, environment, port, bootstrap } = props;
  return {
    name,
    image: props.imageName,
    essential: true,
    ...(bootstrap !== undefined && { command: ['node', '--input-type=module', '-e', bootstrap] }),
    environment: Object.entries({ ...environment, PORT: String(port) })
      .map(([variable, value]) => ({ name: variable, value }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    portMappings: [{ containerPort: port, protocol: 'tcp' }],
    user: USER,
    readonlyRootFilesystem: true,
    linuxParameters: {
      // Hands the signals on to Node, which as the first process would not get the default ones.
      initProcessEnabled: true,
      capabilities: { drop: ['ALL'] },
      tmpfs: [
        { containerPath: '/tmp', size: SCRATCH_MIB, mountOptions: ['nodev', 'noexec', 'nosuid'] },
      ],
    },
    // A server takes no longer than 20 s to finish what it has begun.
    stopTimeout: 30,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': props.log.logGroupName,
        'awslogs-region': props.region,
        'awslogs-stream-prefix': name,
        // Rather lose log lines than requests while CloudWatch does not answer.
        mode: 'non-blocking',
        'max-buffer-size': '4m',
      },
    },
  };
}

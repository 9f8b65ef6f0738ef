import {
  DeleteParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { customResource } from '../private/custom-resource';
import { bindingWork } from './binding';

/** Lambda handler of `Custom::MeridianBinding`; the SDK is the runtime's own. */
export const handler = customResource(
  bindingWork({
    put: async (region, name, value) => {
      const command = { Name: name, Value: value, Type: 'String', Overwrite: true } as const;
      await new SSMClient({ region }).send(new PutParameterCommand(command));
    },
    delete: async (region, name) => {
      try {
        await new SSMClient({ region }).send(new DeleteParameterCommand({ Name: name }));
      } catch (error) {
        if (!(error instanceof ParameterNotFound)) throw error;
      }
    },
  }),
);

/** What CloudFormation sends to a custom resource's function; values of properties arrive as text. */
export interface CustomResourceEvent<Properties> {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Presigned address at which CloudFormation waits for the answer. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Absent on Create. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Properties;
  /** Present on Update. */
  readonly OldResourceProperties?: Properties;
}

/** Does what the event asks and answers the physical id; a new id makes CloudFormation delete the old. */
export type Work<Properties> = (event: CustomResourceEvent<Properties>) => Promise<string>;

/** CloudFormation takes no longer reason. */
const LONGEST_REASON = 1024;

/**
 * Turns work into a Lambda handler that always answers: an error becomes `FAILED` with its message,
 * because silence would hold the deployment until the service timeout.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export function customResource<Properties>(
  work: Work<Properties>,
  send: typeof fetch = fetch,
): (event: CustomResourceEvent<Properties>) => Promise<void> {
  return async (event) => {
    const outcome = await attempt(work, event);
    const { StackId, RequestId, LogicalResourceId } = event;
    const body = JSON.stringify({ ...outcome, StackId, RequestId, LogicalResourceId });
    // The address was signed without a content type.
    const answer = await send(event.ResponseURL, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body,
    });
    if (!answer.ok) throw new Error(`CloudFormation refused the answer: ${answer.status}`);
  };
}

async function attempt<Properties>(work: Work<Properties>, event: CustomResourceEvent<Properties>) {
  try {
    return { Status: 'SUCCESS', PhysicalResourceId: await work(event) };
  } catch (error) {
    console.error(error);
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      Status: 'FAILED',
      Reason: reason.slice(0, LONGEST_REASON),
      // Of a failed Create CloudFormation deletes this id, which must then be there to be ignored.
      PhysicalResourceId: event.PhysicalResourceId ?? event.RequestId,
    };
  }
}

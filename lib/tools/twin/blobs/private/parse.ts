import type { IncomingMessage } from 'node:http';
import type { Form, FormRefusal } from './form';
import { refusal } from './form';

/** Reads a `multipart/form-data` body by the parser of Node itself. */
export async function parseForm(
  bucket: string,
  request: IncomingMessage,
  mostBytes: number,
): Promise<Form | FormRefusal> {
  const type = request.headers['content-type'] ?? '';
  const body = await bodyOf(request, mostBytes);
  if (!/^multipart\/form-data\s*;/i.test(type))
    return refusal(
      412,
      'PreconditionFailed',
      'Bucket POST must be of the enclosure-type multipart/form-data',
    );
  if (body === undefined)
    return refusal(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  let data: Awaited<ReturnType<Response['formData']>>;
  try {
    data = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData();
  } catch {
    const message = 'The body of your POST request is not well-formed multipart/form-data.';
    return refusal(400, 'MalformedPOSTRequest', message);
  }
  const fields = new Map<string, string>();
  let file: Buffer | undefined;
  for (const [name, value] of data) {
    // What follows the file is not looked at.
    if (file !== undefined) break;
    if (name.toLowerCase() === 'file')
      file =
        typeof value === 'string' ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
    else if (typeof value === 'string') fields.set(name.toLowerCase(), value);
  }
  return { bucket, fields, file };
}

/** @returns undefined where it is larger; the rest is read and dropped, so that an answer arrives */
async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= mostBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > mostBytes ? undefined : Buffer.concat(chunks);
}

import { framesHeader } from '@jetstream-console/contract';
import { Failure } from '../backend/failure';
import { dataResponse, type DataResponse } from '../protocol/pluginv2';

const unknownForm = (why: string, cause?: unknown) =>
  new Failure(
    502,
    'plugin',
    `The console answered in a form that this version of the plugin does not know (${why}). Bring plugin and console to the same version.`,
    { cause },
  );

function readHeader(bytes: Buffer) {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw unknownForm('its header is not JSON', error);
  }
  const header = framesHeader.safeParse(json);
  if (!header.success) throw unknownForm('its header lacks what is needed', header.error);
  return header.data;
}

/**
 * Takes the console's answer apart: four bytes with the length of a JSON header, the header, then the Arrow files, which
 * stay views on the answer and are not looked into.
 * @throws Failure when it is not whole
 */
export function readEnvelope(answer: Buffer): Map<string, DataResponse> {
  if (answer.length < 4) throw unknownForm('it is too short');
  const headerEnd = 4 + answer.readUInt32BE(0);
  if (headerEnd > answer.length) throw unknownForm('its header is cut off');
  const { results } = readHeader(answer.subarray(4, headerEnd));
  let at = headerEnd;
  const responses = new Map<string, DataResponse>();
  for (const { refId, status, error, errorSource, frames } of results) {
    const files = frames.map((length) => {
      const file = answer.subarray(at, at + length);
      if (file.length !== length) throw unknownForm('its frames are cut off');
      at += length;
      return file;
    });
    responses.set(refId, dataResponse.make({ status, error, errorSource, frames: files }));
  }
  if (at !== answer.length) throw unknownForm('there is more than its header says');
  return responses;
}

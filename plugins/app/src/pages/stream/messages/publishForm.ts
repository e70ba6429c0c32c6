import type { BodyIn, Message, Routes } from '@jetstream-console/contract';
import { headersOf } from '../../../headerLines';

export type PublishBody = BodyIn<Routes['publishMessage']>;

/** A message as it stands in the form, all of it text. */
export interface PublishForm {
  readonly subject: string;
  readonly encoding: 'text' | 'base64';
  readonly payload: string;
  /** one `Name: value` a line */
  readonly headers: string;
  readonly messageId: string;
  readonly lastSequence: string;
  readonly lastSubjectSequence: string;
  readonly ttl: string;
  readonly pattern: string;
  readonly target: string;
  readonly increment: string;
}

/** How a payload is written in the form. */
export const encodings: { label: string; value: PublishForm['encoding'] }[] = [
  { label: 'Text', value: 'text' },
  { label: 'Base64', value: 'base64' },
];

export const emptyPublish: PublishForm = {
  subject: '',
  encoding: 'text',
  payload: '',
  headers: '',
  messageId: '',
  lastSequence: '',
  lastSubjectSequence: '',
  ttl: '',
  pattern: '',
  target: '',
  increment: '',
};

export const sameForm = (a: PublishForm, b: PublishForm): boolean => JSON.stringify(a) === JSON.stringify(b);

/** One that is there, to be changed and published again. What commanded the server then does not come along. */
export function formOf({ subject, headers, payload }: Message): PublishForm {
  // Unpacked text of a gzip payload would be published unpacked: the bytes as stored go in its place.
  const text = payload.unwrapped.length === 0 ? payload.text : null;
  return {
    ...emptyPublish,
    subject,
    encoding: text === null ? 'base64' : 'text',
    payload: text ?? payload.base64 ?? '',
    headers: headers
      .filter(({ name }) => !/^nats-/i.test(name))
      .flatMap(({ name, values }) => values.map((value) => `${name}: ${value}`))
      .join('\n'),
  };
}

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
const some = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** What is sent; the server says what of it is wrong, field by field. */
export function bodyOf(form: PublishForm): PublishBody {
  const ttl = some(form.ttl);
  return {
    subject: form.subject.trim(),
    payload: {
      encoding: form.encoding,
      data: form.encoding === 'text' ? form.payload : form.payload.replace(/\s/g, ''),
    },
    headers: headersOf(form.headers),
    messageId: some(form.messageId),
    expect: {
      lastSequence: numberOf(form.lastSequence),
      lastSubjectSequence: numberOf(form.lastSubjectSequence),
    },
    ttl: ttl === undefined ? undefined : ttl === 'never' ? 'never' : Number(ttl),
    schedule:
      some(form.pattern) === undefined && some(form.target) === undefined
        ? undefined
        : { pattern: form.pattern.trim(), target: form.target.trim() },
    increment: some(form.increment),
  };
}

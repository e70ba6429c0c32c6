import { assetName, subjectFilter, type ProtobufBinding, type ProtobufBindingBody } from '@jetstream-console/contract';

/** A binding as it is typed. */
export interface Draft {
  readonly subject: string;
  /** empty: any stream of the cluster */
  readonly stream: string;
  readonly descriptor: string | null;
  readonly type: string | null;
}

/** @param binding null for a new one */
export const draftOf = (binding: ProtobufBinding | null): Draft => ({
  subject: binding?.subject ?? '',
  stream: binding?.stream ?? '',
  descriptor: binding?.descriptor.id ?? null,
  type: binding?.type ?? null,
});

export const sameDraft = (a: Draft, b: Draft): boolean =>
  a.subject === b.subject && a.stream === b.stream && a.descriptor === b.descriptor && a.type === b.type;

/** What is wrong with what was typed, before it is sent; nothing of what is still empty. */
export function faultIn(field: 'subject' | 'stream', draft: Draft): string | undefined {
  const text = draft[field];
  const parsed = text === '' ? null : (field === 'subject' ? subjectFilter : assetName).safeParse(text);
  return parsed?.success === false ? parsed.error.issues[0]?.message : undefined;
}

export const streamOf = ({ stream }: Draft): string | null => (stream === '' ? null : stream);

/** What it comes to; null while something is missing or wrong. */
export function bodyOf(draft: Draft): ProtobufBindingBody | null {
  const { subject, descriptor, type } = draft;
  if (subject === '' || descriptor === null || type === null) return null;
  if (faultIn('subject', draft) !== undefined || faultIn('stream', draft) !== undefined) return null;
  return { subject, stream: streamOf(draft), descriptor, type };
}

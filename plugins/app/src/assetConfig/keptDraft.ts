import { configHash, natsConfig } from '@jetstream-console/contract';
import { z } from 'zod';

/** An edit that was begun in this tab and neither saved nor cancelled. */
const keptDraft = z.object({ base: natsConfig, draft: natsConfig, basedOn: configHash });
export type KeptDraft = z.infer<typeof keptDraft>;

const keyOf = (of: readonly string[]) => `natsconsole.draft/${of.map(encodeURIComponent).join('/')}`;

/** The edit of this asset that was left, if any; what cannot be read any more counts as none. */
export function leftDraft(of: readonly string[]): KeptDraft | null {
  const text = sessionStorage.getItem(keyOf(of));
  if (text === null) return null;
  const parsed = z
    .string()
    .transform((json, ctx): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        ctx.addIssue('is no JSON');
        return z.NEVER;
      }
    })
    .pipe(keptDraft)
    .safeParse(text);
  return parsed.success ? parsed.data : null;
}

export const keepDraft = (of: readonly string[], draft: KeptDraft): void =>
  sessionStorage.setItem(keyOf(of), JSON.stringify(draft));
export const forgetDraft = (of: readonly string[]): void => sessionStorage.removeItem(keyOf(of));

import { changeBetween, type AssetKind, type ConfigView } from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { forgetDraft, keepDraft, leftDraft } from './keptDraft';
import { useDraft } from './useDraft';

/**
 * An edit of what is there: which version it began from, and whether that is still the one of now. It outlasts leaving
 * the page, until it is saved or cancelled.
 * @param of what names the asset: cluster, stream, consumer
 */
export function useEdit(kind: AssetKind, latest: ConfigView, of: readonly string[]) {
  const [left] = useState(() => leftDraft(of));
  const [basedOn, setBasedOn] = useState(left?.basedOn ?? latest.hash);
  const draft = useDraft(kind, left ?? { base: latest.config });
  const name = JSON.stringify(of);
  useEffect(() => {
    const names = JSON.parse(name) as string[];
    if (draft.dirty) keepDraft(names, { base: draft.base, draft: draft.draft, basedOn });
    else forgetDraft(names);
  }, [name, draft.dirty, draft.base, draft.draft, basedOn]);
  return {
    draft,
    basedOn,
    /** what a plan and a save send: the changed fields alone */
    body: { change: changeBetween(draft.base, draft.draft), pedantic: draft.pedantic },
    /** it was begun before, and left */
    resumed: left !== null,
    /** somebody else has saved since; the edit goes on from theirs once it is said how */
    outdated: latest.hash !== basedOn,
    goOn: (next: Readonly<Record<string, unknown>>) => {
      setBasedOn(latest.hash);
      draft.rebase(latest.config, next);
    },
    /** it is saved, or not wanted any more */
    end: () => forgetDraft(of),
  };
}
export type Edit = ReturnType<typeof useEdit>;

import { changeBetween, type AssetKind, type ConfigView } from '@jetstream-console/contract';
import { useState } from 'react';
import { useDraft } from './useDraft';

/** An edit of what is there: which version it began from, and whether that is still the one of now. */
export function useEdit(kind: AssetKind, latest: ConfigView) {
  const [basedOn, setBasedOn] = useState(latest.hash);
  const draft = useDraft(kind, { base: latest.config });
  return {
    draft,
    basedOn,
    /** what a plan and a save send: the changed fields alone */
    body: { change: changeBetween(draft.base, draft.draft), pedantic: draft.pedantic },
    /** somebody else has saved since; the edit goes on from theirs once it is said how */
    outdated: latest.hash !== basedOn,
    goOn: (next: Readonly<Record<string, unknown>>) => {
      setBasedOn(latest.hash);
      draft.rebase(latest.config, next);
    },
  };
}
export type Edit = ReturnType<typeof useEdit>;

import {
  changeBetween,
  type AssetKind,
  type ChangeResult,
  type ConfigView,
  type NatsConfig,
} from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { forgetDraft, keepDraft, leftDraft } from './keptDraft';
import { useDraft } from './useDraft';

interface Changed {
  readonly basedOn: string;
  readonly change: NatsConfig;
  readonly pedantic: boolean;
}
interface Then {
  readonly onSuccess: (result: ChangeResult) => void;
  readonly onError: () => void;
}
export interface Saving {
  readonly onSaved: (result: ChangeResult) => void;
  /** it was not saved: somebody else may have been first, and what is there now says so */
  readonly onConflict: () => void;
}

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
  // What a plan and a save send: the changed fields alone.
  const body = { change: changeBetween(draft.base, draft.draft), pedantic: draft.pedantic };
  // It is saved, or not wanted any more.
  const end = () => forgetDraft(of);
  return {
    draft,
    body,
    /** @param run the act that saves it, on the version that it began from */
    save: (run: (changed: Changed, then: Then) => void, { onSaved, onConflict }: Saving) =>
      run(
        { basedOn, ...body },
        {
          onSuccess: (result) => {
            end();
            onSaved(result);
          },
          onError: onConflict,
        },
      ),
    /** it was begun before, and left */
    resumed: left !== null,
    /** somebody else has saved since; the edit goes on from theirs once it is said how */
    outdated: latest.hash !== basedOn,
    goOn: (next: Readonly<Record<string, unknown>>) => {
      setBasedOn(latest.hash);
      draft.rebase(latest.config, next);
    },
    end,
  };
}
export type Edit = ReturnType<typeof useEdit>;

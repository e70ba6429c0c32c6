import { diffConfigs, withoutServerLabels, type AssetKind, type NatsConfig } from '@jetstream-console/contract';
import { useState } from 'react';
import { useUnsaved } from '../useAskBeforeLeaving';
import { useSettled } from '../useSettled';
import { faultsOf } from './draft';

export interface Draft {
  readonly base: NatsConfig;
  readonly draft: NatsConfig;
  readonly set: (draft: NatsConfig) => void;
  /** goes on from another version, with this draft over it */
  readonly rebase: (base: NatsConfig, draft: NatsConfig) => void;
  readonly jsonFault: string | null;
  readonly setJsonFault: (fault: string | null) => void;
  /** a value that does not fit is refused; else the server may adjust it */
  readonly pedantic: boolean;
  readonly setPedantic: (pedantic: boolean) => void;
  readonly faults: Readonly<Record<string, string>>;
  readonly dirty: boolean;
  /** somebody wrote something: it is not as it began */
  readonly touched: boolean;
  /** whole, without faults, and typing has paused: what would come of it can be asked */
  readonly ready: boolean;
}

/** One draft that the form and the JSON both write. @param start what is edited, and how the draft begins if otherwise */
export function useDraft(kind: AssetKind, start: { base: NatsConfig; draft?: NatsConfig }): Draft {
  const [{ base, draft }, setState] = useState(() => {
    const own = withoutServerLabels(start.base);
    return { base: own, draft: start.draft ?? own };
  });
  const [jsonFault, setJsonFault] = useState<string | null>(null);
  const [pedantic, setPedantic] = useState(true);
  const [begun] = useState(draft);
  const settled = useSettled(draft);
  const faults = faultsOf(kind, base, draft);
  const dirty = diffConfigs(base, draft).length > 0;
  useUnsaved(dirty);
  return {
    base,
    draft,
    set: (next) => {
      setJsonFault(null);
      setState((before) => ({ ...before, draft: next }));
    },
    rebase: (newBase, newDraft) => {
      setJsonFault(null);
      setState({ base: withoutServerLabels(newBase), draft: newDraft });
    },
    jsonFault,
    setJsonFault,
    pedantic,
    setPedantic,
    faults,
    dirty,
    touched: draft !== begun && diffConfigs(begun, draft).length > 0,
    ready: dirty && jsonFault === null && Object.keys(faults).length === 0 && settled === draft,
  };
}

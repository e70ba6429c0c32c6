import { withoutServerLabels, type AssetKind, type ConfigView } from '@jetstream-console/contract';
import type { ComponentProps } from 'react';
import { Quiet } from '../components/parts';
import { ConfigEditor } from './ConfigEditor';
import { Conflict } from './Conflict';
import type { FormOf } from './ConfigForm';
import type { Edit } from './useEdit';

type Editor = ComponentProps<typeof ConfigEditor>;
interface Props extends Pick<Editor, 'plan' | 'act' | 'command' | 'onSave' | 'onCancel' | 'focus'> {
  readonly kind: AssetKind;
  readonly latest: ConfigView;
  readonly edit: Edit;
  readonly groups: FormOf['groups'];
  readonly editors: FormOf['editors'];
}

/** The editor of what is there; where somebody else has saved meanwhile, both versions first. */
export function EditView({ kind, latest, edit, act, groups, editors, onCancel, ...rest }: Props) {
  const { draft } = edit;
  if (edit.outdated)
    return (
      <Conflict
        groups={groups}
        begun={draft.base}
        now={withoutServerLabels(latest.config)}
        wanted={draft.draft}
        onRebase={(next) => {
          act.reset();
          edit.goOn(next);
        }}
      />
    );
  return (
    <ConfigEditor
      {...rest}
      of={{ kind, groups, editors, base: draft.base, level: latest.apiLevel, fixed: latest.fixed }}
      draft={draft}
      act={act}
      texts={['Save', 'Saving']}
      onCancel={() => {
        edit.end();
        onCancel();
      }}
    >
      {edit.resumed && <Quiet>You began this before and left it. Cancel drops it.</Quiet>}
    </ConfigEditor>
  );
}

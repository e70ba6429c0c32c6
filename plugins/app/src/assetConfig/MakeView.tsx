import type { AssetKind } from '@jetstream-console/contract';
import type { ComponentProps } from 'react';
import { ConfigEditor } from './ConfigEditor';
import type { FormOf } from './ConfigForm';

/** The server makes none that is sealed: it could never be filled. */
const sealedLater: FormOf['fixed'] = [{ field: 'sealed', reason: 'a stream is sealed once it is filled' }];

type Editor = ComponentProps<typeof ConfigEditor>;
interface Props extends Omit<Editor, 'of' | 'texts' | 'focus'> {
  readonly kind: AssetKind;
  readonly groups: FormOf['groups'];
  readonly editors: FormOf['editors'];
  readonly level: number;
}

/** The editor of what is yet to be made: its name comes first. */
export function MakeView({ kind, groups, editors, level, ...rest }: Props) {
  const named = groups.filter(({ fields }) => fields.some(({ key }) => key === 'name'));
  return (
    <ConfigEditor
      {...rest}
      of={{
        kind,
        groups: [...named, ...groups.filter((group) => !named.includes(group))],
        editors,
        base: null,
        level,
        fixed: kind === 'stream' ? sealedLater : [],
      }}
      texts={['Create', 'Creating']}
    />
  );
}

import { useUrl } from '../useUrl';
import { Pager } from './parts';

interface Props {
  readonly of: {
    readonly items: readonly unknown[];
    readonly nextCursor: string | null;
    readonly total: number | null;
  };
  readonly nextText?: string;
}

/** From page to page of a list that the server cuts; the place stands in the URL. */
export function CursorPager({ of: { items, nextCursor, total }, nextText }: Props) {
  const url = useUrl();
  return (
    <Pager
      total={total}
      shown={items.length}
      atStart={url.get('cursor') === undefined}
      onFirst={() => url.set({ cursor: null })}
      onNext={nextCursor === null ? null : () => url.set({ cursor: nextCursor }, false)}
      nextText={nextText}
    />
  );
}

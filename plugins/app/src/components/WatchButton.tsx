import { Button } from '@grafana/ui';
import { useUrl } from '../useUrl';

/** Begins and ends watching; the URL says which. */
export function WatchButton() {
  const url = useUrl();
  const watching = url.get('watch') !== undefined;
  return (
    <Button
      size="sm"
      variant="secondary"
      icon={watching ? 'pause' : 'eye'}
      aria-pressed={watching}
      onClick={() => url.set({ watch: watching ? null : '1' })}
    >
      {watching ? 'Stop watching' : 'Watch live'}
    </Button>
  );
}

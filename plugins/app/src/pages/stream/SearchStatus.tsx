import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Spinner, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { Quiet, Row } from '../../components/parts';
import { exact } from '../../format';
import type { Direction } from './filter';
import { endText, fractionOf, progressText } from './progress';
import type { Search } from './useSearch';

interface Props {
  readonly search: Search;
  readonly direction: Direction;
  readonly onStop: () => void;
  readonly onLookOn: () => void;
  readonly onAgain: () => void;
  /** what else can be done with it, once it is over */
  readonly children?: ReactNode;
}

/** How far a search is, and what can be done with it: stop, look on, begin again. */
export function SearchStatus({ search, direction, onStop, onLookOn, onAgain, children }: Props) {
  const styles = useStyles2(getStyles);
  const { phase, span } = search;
  // Later legs begin where the one before came to: the bar stays that of the whole way.
  const progress = search.progress && { ...search.progress, ...(span && { fromSeq: span.fromSeq, toSeq: span.toSeq }) };
  const done = progress === null ? 0 : fractionOf(progress, direction);
  const percent = Math.floor(done * 100);
  const total = progress && {
    ...progress,
    scanned: progress.scanned + search.lookedAt,
    unread: progress.unread + search.unread,
    matched: search.messages.length,
  };
  return (
    <div className={styles.box} data-testid="search-status" data-phase={phase}>
      <Row>
        {phase === 'running' && <Spinner inline />}
        <span role="status">
          {total === null ? 'Starting to look' : `${progressText(total)}.`}{' '}
          {phase === 'stopped' ? 'Stopped.' : phase === 'ended' && progress ? endText(progress) : ''}
        </span>
        {progress && (
          <Quiet>
            at sequence {exact(progress.atSeq)} of {exact(progress.fromSeq)} to {exact(progress.toSeq)}
          </Quiet>
        )}
        {phase === 'running' ? (
          <Button size="sm" variant="secondary" icon="times" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <>
            {search.next && (
              <Button size="sm" variant="secondary" icon="arrow-right" onClick={onLookOn}>
                Look on
              </Button>
            )}
            <Button size="sm" variant="secondary" fill="text" icon="sync" onClick={onAgain}>
              Begin again
            </Button>
            {children}
          </>
        )}
      </Row>
      <div
        role="progressbar"
        aria-label="Of the way through the stream"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className={styles.track}
      >
        <div className={styles.fill} style={{ width: `${done * 100}%` }} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'grid', gap: theme.spacing(0.5), gridTemplateColumns: 'minmax(0, 1fr)' }),
  track: css({
    height: 4,
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    overflow: 'hidden',
  }),
  fill: css({
    height: '100%',
    background: theme.colors.primary.main,
    [theme.transitions.handleMotion('no-preference')]: { transition: 'width 200ms linear' },
  }),
});

import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ApiProblem } from '@jetstream-console/contract';
import { Alert, Button, LinkButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { pluginId, toProblem } from '../api/client';
import { time } from '../format';

const titles: Record<string, string> = {
  not_paired: 'Not connected to a backend yet',
  backend_down: 'The backend is away',
  forbidden: 'Your role does not show this',
  identity_refused: 'The backend does not accept this Grafana',
  cluster_unreachable: 'The cluster cannot be reached',
  stream_not_found: 'No such stream',
  not_found: 'Not here',
  too_many_requests: 'Slow down a little',
  nats_permission: 'NATS refused the credential',
};

const cures: Record<string, string> = {
  not_paired: "An administrator pastes the connection string into the app's configuration.",
  backend_down:
    'Check that it runs and that Grafana can reach its address. This page works again as soon as it answers.',
};

/** Why there is nothing to see, in the same form on every page: what happened, what to do, and another try. */
export function Problem({ error, retry, note }: { error: unknown; retry?: () => void; note?: string }) {
  const { problem } = error instanceof ApiProblem ? error : toProblem(error);
  const severity =
    problem.status === 403 || problem.status === 404 ? 'info' : problem.status === 503 ? 'warning' : 'error';
  return (
    <Alert
      severity={severity}
      title={titles[problem.code] ?? 'This did not work'}
      data-testid="problem"
      role={severity === 'error' ? 'alert' : 'status'}
    >
      <p>{problem.detail}</p>
      {cures[problem.code] && <p>{cures[problem.code]}</p>}
      {note && <p>{note}</p>}
      {problem.nats?.errCode !== undefined && (
        <p>
          NATS error {problem.nats.errCode}: {problem.nats.description}
        </p>
      )}
      {problem.requestId !== '' && (
        <p>
          <small>Request {problem.requestId}</small>
        </p>
      )}
      {retry && (
        <Button size="sm" variant="secondary" onClick={retry}>
          Try again
        </Button>
      )}{' '}
      {(problem.code === 'not_paired' || problem.code === 'identity_refused') && (
        <LinkButton size="sm" href={`/plugins/${pluginId}`}>
          Open the configuration
        </LinkButton>
      )}
    </Alert>
  );
}

/** Faults that pass by themselves: what was shown before is still worth seeing, with the fault above it. */
const passing = (error: unknown) => {
  const { status } = (error instanceof ApiProblem ? error : toProblem(error)).problem;
  return status === 0 || status === 429 || status >= 500;
};

/**
 * Loading, failed, or there: one way for every view. What is there stays while it is fetched again, and where that
 * fails: it keeps its place, so that what somebody is typing in it is not lost to a passing fault.
 */
export function Loaded<T>({ of, children }: { of: UseQueryResult<T, Error>; children: (data: T) => ReactNode }) {
  const kept = of.data !== undefined && (!of.isError || passing(of.error)) ? of.data : undefined;
  return (
    <>
      {of.isError && (
        <Problem
          error={of.error}
          retry={() => {
            void of.refetch();
          }}
          note={kept === undefined ? undefined : `What you see below is from ${time(of.dataUpdatedAt)}.`}
        />
      )}
      {kept === undefined ? !of.isError && <LoadingPlaceholder text="Loading" /> : children(kept)}
    </>
  );
}

/** Nothing there yet, and what to do about it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.empty} data-testid="empty">
      <h3>{title}</h3>
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  empty: css({
    padding: theme.spacing(6, 2),
    textAlign: 'center',
    border: `1px dashed ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    display: 'grid',
    gap: theme.spacing(1),
    justifyItems: 'center',
  }),
  text: css({ color: theme.colors.text.secondary, maxWidth: theme.spacing(70) }),
});

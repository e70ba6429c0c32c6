import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ApiProblem } from '@jetstream-console/contract';
import { Alert, Button, LinkButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { pluginId, toProblem } from '../api/client';

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
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
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

/** Loading, failed, or there: one way for every view. What is there stays while it is fetched again. */
export function Loaded<T>({ of, children }: { of: UseQueryResult<T, Error>; children: (data: T) => ReactNode }) {
  if (
    of.data !== undefined &&
    !(of.isError && !of.isPlaceholderData && of.fetchStatus === 'idle' && of.failureCount > 0)
  )
    return <>{children(of.data)}</>;
  if (of.isError)
    return (
      <Problem
        error={of.error}
        retry={() => {
          void of.refetch();
        }}
      />
    );
  return <LoadingPlaceholder text="Loading" />;
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

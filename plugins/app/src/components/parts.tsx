import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ClipboardButton, Tooltip, useStyles2, type BadgeColor } from '@grafana/ui';
import { createContext, Fragment, useContext, type ReactNode } from 'react';
import { ago, count, exact, percent } from '../format';
import { pluginId } from '../api/client';

export const pageUrl = (path: string) => `/a/${pluginId}/${path}`;
export const streamUrl = (cluster: string, stream: string, tab?: string) =>
  pageUrl(`clusters/${cluster}/streams/${encodeURIComponent(stream)}${tab ? `?tab=${tab}` : ''}`);

export const consumerUrl = (cluster: string, stream: string, consumer: string) =>
  pageUrl(`clusters/${cluster}/streams/${encodeURIComponent(stream)}/consumers/${encodeURIComponent(consumer)}`);
/** What a consumer gave up. */
export const deadLettersUrl = (cluster: string, stream: string, consumer: string) =>
  pageUrl(`dead-letters?${new URLSearchParams({ cluster, stream, consumer }).toString()}`);
export const bucketUrl = (cluster: string, bucket: string) =>
  pageUrl(`clusters/${cluster}/kv/${encodeURIComponent(bucket)}`);

export const storeUrl = (cluster: string, store: string) =>
  pageUrl(`clusters/${cluster}/objects/${encodeURIComponent(store)}`);

/** Where the figures of a group came from, for those in it. */
type Source = Pick<Provenance, 'source' | 'askedAt'>;
const SourceContext = createContext<Source | null>(null);

/** What stands on hover: what the figure means, where it came from, and how old it is at that moment. */
function FigureSource({ hint, source }: { hint: string | undefined; source: Source | null }) {
  return (
    <>
      {hint && <div>{hint}</div>}
      {source && (
        <div>
          {source.source}, {ago(source.askedAt)}
        </div>
      )}
    </>
  );
}

/** A figure with its name; the exact value and its source on hover and focus. */
export function Figure({
  name,
  value,
  hint,
  tone,
  below,
  actions,
}: {
  name: string;
  value: ReactNode;
  hint?: string;
  tone?: 'bad' | 'warn' | 'good';
  below?: ReactNode;
  /** where it leads; seen when the figure is pointed at, and always where nothing can point */
  actions?: ReactNode;
}) {
  const styles = useStyles2(getStyles);
  const source = useContext(SourceContext);
  const told = hint !== undefined || source !== null;
  const shown = (
    <span className={cx(styles.value, tone && styles[tone])} tabIndex={told ? 0 : undefined}>
      {value}
    </span>
  );
  return (
    <div className={styles.figure}>
      <span className={styles.name}>
        {name}
        {actions && <span className={cx(styles.actions, 'figure-actions')}>{actions}</span>}
      </span>
      {told ? <Tooltip content={<FigureSource hint={hint} source={source} />}>{shown}</Tooltip> : shown}
      {below}
    </div>
  );
}
/** @param source where all of them came from */
export function Figures({ children, source = null }: { children: ReactNode; source?: Source | null }) {
  return (
    <SourceContext.Provider value={source}>
      <div className={useStyles2(getStyles).figures}>{children}</div>
    </SourceContext.Provider>
  );
}

export const Count = ({ value }: { value: number | null | undefined }) => (
  <span title={exact(value)}>{count(value)}</span>
);

/** Use of a limit: a bar, and the same in words, since colour and length alone say it to some people only. */
export function Use({ use, of }: { use: number | null; of: string }) {
  const styles = useStyles2(getStyles);
  if (use === null) return <span className={styles.quiet}>no limit</span>;
  return (
    <span className={styles.use} title={`${percent(use)} of ${of}`}>
      <span className={styles.track} aria-hidden="true">
        <span
          className={cx(styles.fill, use >= 0.9 ? styles.fillBad : use >= 0.8 && styles.fillWarn)}
          style={{ width: `${Math.min(100, use * 100)}%` }}
        />
      </span>
      {percent(use)}
    </span>
  );
}

const states: Record<string, [BadgeColor, string]> = {
  ok: ['green', 'in sync'],
  single: ['blue', 'one replica'],
  lagging: ['orange', 'replica behind'],
  offline: ['red', 'replica offline'],
  leaderless: ['red', 'no leader'],
  missing: ['orange', 'no answer'],
  connected: ['green', 'connected'],
  connecting: ['orange', 'connecting'],
  unreachable: ['red', 'unreachable'],
  idle: ['darkgrey', 'not used yet'],
};
export function State({ state, hint }: { state: string; hint?: string | null }) {
  const [color, text] = states[state] ?? ['darkgrey', state];
  return <Badge color={color} text={text} tooltip={hint ?? undefined} />;
}

export interface Provenance {
  readonly source: string;
  readonly askedAt: string;
  readonly tookMs: number;
}

/** Where figures came from and how old they are. */
export function From({ provenance }: { provenance: Provenance }) {
  return (
    <Tooltip content={`${provenance.source}, asked ${provenance.askedAt}, answered in ${provenance.tookMs} ms`}>
      <span className={useStyles2(getStyles).quiet} tabIndex={0}>
        {ago(provenance.askedAt)}
      </span>
    </Tooltip>
  );
}

export function Pager({
  total,
  shown,
  onNext,
  onFirst,
  atStart,
  nextText = 'Next page',
}: {
  total: number | null;
  shown: number;
  onNext: (() => void) | null;
  onFirst: () => void;
  atStart: boolean;
  nextText?: string;
}) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.row}>
      <span className={styles.quiet}>{total === null ? `${shown} shown` : `${shown} of ${exact(total)}`}</span>
      {!atStart && (
        <Button size="sm" variant="secondary" fill="text" icon="step-backward" onClick={onFirst}>
          First page
        </Button>
      )}
      {onNext && (
        <Button size="sm" variant="secondary" icon="arrow-right" onClick={onNext}>
          {nextText}
        </Button>
      )}
    </div>
  );
}

export const Row = ({ children }: { children: ReactNode }) => (
  <div className={useStyles2(getStyles).row}>{children}</div>
);
export const Stack = ({ children }: { children: ReactNode }) => (
  <div className={useStyles2(getStyles).stack}>{children}</div>
);
export const Quiet = ({ children }: { children: ReactNode }) => (
  <span className={useStyles2(getStyles).quiet}>{children}</span>
);
export const Mono = ({ children }: { children: ReactNode }) => (
  <code className={useStyles2(getStyles).mono}>{children}</code>
);
export const Panel = ({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) => {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.panel} aria-label={title}>
      <header className={styles.row}>
        <h4 className={styles.title}>{title}</h4>
        {actions}
      </header>
      {children}
    </section>
  );
};

/** Names and what they are, one a line. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={useStyles2(getStyles).facts}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export function Code({ text, label }: { text: string; label: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.codeBox}>
      <ClipboardButton
        className={styles.copy}
        size="sm"
        variant="secondary"
        icon="copy"
        aria-label={`Copy ${label}`}
        getText={() => text}
      />
      <pre className={styles.code} aria-label={label} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  figures: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(130px, 1fr))',
    gap: theme.spacing(1),
  }),
  figure: css({
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    padding: theme.spacing(1, 1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
    '&:hover .figure-actions, &:focus-within .figure-actions': { opacity: 1 },
  }),
  name: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    // As high with links as without, so that a row of figures stands on one line.
    minHeight: theme.spacing(3),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  actions: css({
    display: 'inline-flex',
    flex: 'none',
    marginRight: theme.spacing(-1),
    // Over the end of a long name: beside it there is no room on a narrow page.
    '@media (hover: hover)': {
      position: 'absolute',
      top: theme.spacing(1),
      right: theme.spacing(1.5),
      background: theme.colors.background.primary,
      opacity: 0,
      transition: 'opacity 0.1s',
    },
  }),
  value: css({ fontSize: theme.typography.h4.fontSize, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }),
  bad: css({ color: theme.colors.error.text }),
  warn: css({ color: theme.colors.warning.text }),
  good: css({ color: theme.colors.success.text }),
  quiet: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  use: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1), whiteSpace: 'nowrap' }),
  track: css({
    width: 64,
    height: 6,
    background: theme.colors.background.secondary,
    borderRadius: 3,
    overflow: 'hidden',
    border: `1px solid ${theme.colors.border.weak}`,
  }),
  fill: css({ display: 'block', height: '100%', background: theme.colors.primary.main }),
  fillWarn: css({ background: theme.colors.warning.main }),
  fillBad: css({ background: theme.colors.error.main }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  stack: css({ display: 'grid', gap: theme.spacing(2), gridTemplateColumns: 'minmax(0, 1fr)' }),
  mono: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    background: 'none',
    padding: 0,
    border: 0,
    color: 'inherit',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gap: theme.spacing(0.25, 1.5),
    margin: 0,
    dt: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    dd: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
  }),
  panel: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)', alignContent: 'start' }),
  title: css({ margin: 0, flex: 1, fontSize: theme.typography.h5.fontSize }),
  codeBox: css({ position: 'relative' }),
  copy: css({ position: 'absolute', top: theme.spacing(0.5), right: theme.spacing(0.5) }),
  code: css({
    margin: 0,
    maxHeight: '60vh',
    overflow: 'auto',
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    padding: theme.spacing(1),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
  }),
});

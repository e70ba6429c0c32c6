import { css } from '@emotion/css';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { createContext, Fragment, useContext, useEffect } from 'react';
import { Link } from 'react-router-dom';

/** Tells Grafana's own frame (bread crumbs, tab title) what the page shows; null on pages that its menu names. */
export const NavContext = createContext<(nav: NavModelItem | undefined) => void>(() => undefined);

/** Where this is: the page's heading, with the way up before it. */
export function Crumbs({ items }: { items: readonly [text: string, to?: string][] }) {
  const styles = useStyles2(getStyles);
  const setNav = useContext(NavContext);
  const title = items.at(-1)?.[0] ?? '';
  const below = items.length > 1;
  const way = [...items.map(([text]) => text)].reverse().join(' - ');
  useEffect(() => {
    document.title = `${way} - JetStream Console`;
    setNav(below ? { text: title } : undefined);
    return () => setNav(undefined);
  }, [title, way, below, setNav]);
  return (
    <nav aria-label="Where this is" className={styles.crumbs}>
      {items.slice(0, -1).map(([text, to]) => (
        <Fragment key={text}>
          {to ? <Link to={to}>{text}</Link> : text}
          <span aria-hidden="true" className={styles.slash}>
            /
          </span>
        </Fragment>
      ))}
      <h1 className={styles.title}>{title}</h1>
    </nav>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  crumbs: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    gap: theme.spacing(0.75),
    minWidth: 0,
    fontSize: theme.typography.h4.fontSize,
    a: { color: theme.colors.text.link, overflowWrap: 'anywhere' },
  }),
  slash: css({ color: theme.colors.text.disabled }),
  title: css({
    margin: 0,
    fontSize: 'inherit',
    lineHeight: theme.typography.h4.lineHeight,
    fontWeight: theme.typography.fontWeightMedium,
    overflowWrap: 'anywhere',
  }),
});

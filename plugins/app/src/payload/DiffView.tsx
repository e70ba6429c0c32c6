import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Message } from '@jetstream-console/contract';
import { Quiet } from '../components/parts';
import { diffLines, type DiffLine } from './diff';
import { prettyJson } from './json';

interface Revision {
  readonly operation: 'put' | 'delete' | 'purge';
  readonly payload: Message['payload'];
}
const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-', skipped: '' };

/** The text to compare; null where the value is not text. No value compares as nothing. */
function textOf({ operation, payload }: Revision): string | null {
  if (operation !== 'put' || payload.format === 'empty') return '';
  if (payload.text === null) return null;
  return payload.format === 'json' ? prettyJson(payload.text) : payload.text;
}

interface TextProps {
  readonly before: string;
  readonly after: string;
  /** what is said where nothing changed */
  readonly same: string;
}

/** What changed from one text to the next, line by line. */
export function TextDiff({ before, after, same }: TextProps) {
  const styles = useStyles2(getStyles);
  const lines = diffLines(before, after);
  if (lines.length === 0) return <Quiet>{same}</Quiet>;
  return (
    <pre className={styles.diff} aria-label="Changes">
      {lines.map(({ kind, text }, i) => (
        <div key={i} className={cx(styles.line, styles[kind])}>
          {signs[kind]} {text}
        </div>
      ))}
    </pre>
  );
}

/** What changed from one revision of a value to the next, line by line. */
export function DiffView({ before, after }: { before: Revision; after: Revision }) {
  const [a, b] = [textOf(before), textOf(after)];
  if (a === null || b === null) return <Quiet>Binary values are not compared.</Quiet>;
  return (
    <>
      <TextDiff before={a} after={b} same="The value is the same." />
      {(before.payload.truncated || after.payload.truncated) && (
        <Quiet>Only the beginning of the values is compared.</Quiet>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  diff: css({
    margin: 0,
    padding: theme.spacing(0.5, 0),
    maxHeight: '50vh',
    overflow: 'auto',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    background: theme.colors.background.canvas,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  line: css({ padding: theme.spacing(0, 1), whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  same: css({ color: theme.colors.text.secondary }),
  added: css({ background: theme.colors.success.transparent, color: theme.colors.success.text }),
  removed: css({ background: theme.colors.error.transparent, color: theme.colors.error.text }),
  skipped: css({ color: theme.colors.text.disabled, fontStyle: 'italic' }),
});

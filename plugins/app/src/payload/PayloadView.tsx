import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ClipboardButton, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import type { DecodedAs, DecodedPayload, Message } from '@jetstream-console/contract';
import { useState } from 'react';
import { Quiet, Row } from '../components/parts';
import { bytes } from '../format';
import { fromBase64, hexRows, hexText } from './bytes';
import { prettyTokens, type Token } from './json';

type Payload = Message['payload'];
export type View = 'decoded' | 'json' | 'text' | 'hex' | 'base64';

/** Sent when something is opened; the rest of a larger one comes when somebody asks for it, up to the server's cap. */
export const guardBytes = 65_536;
export const wholeBytes = 8_388_608;

export const formats: Readonly<Record<DecodedAs, string>> = {
  msgpack: 'MessagePack',
  cbor: 'CBOR',
  protobuf: 'Protobuf',
};
const labels: Record<Exclude<View, 'decoded'>, string> = { json: 'JSON', text: 'Text', hex: 'Hex', base64: 'Base64' };
/** Coloured up to here; more elements than this make a page slow, and nobody reads them one by one. */
const maxColoured = 20_000;
const firstRows = 1024;

/** The ways this payload can be shown, best first. */
export function viewsOf({ format, text, base64 }: Payload, decoded: DecodedPayload | null = null): View[] {
  if (format === 'empty') return [];
  const read: View[] = decoded && decoded.text !== null ? ['decoded'] : [];
  const asText: View[] = text === null ? [] : format === 'json' ? ['json', 'text'] : ['text'];
  return [...read, ...asText, ...(base64 === null ? [] : (['hex', 'base64'] as const))];
}

/** What the bytes are, in words: size, wrapper, and whether all of it is here. */
export function describe({ format, size, decodedSize, unwrapped, truncated }: Payload): string {
  const names = { empty: 'empty', json: 'JSON', text: 'text', binary: 'binary' };
  const packed = unwrapped.length > 0 ? `, ${bytes(decodedSize)} unpacked from ${unwrapped.join(' in ')}` : '';
  return `${names[format]}, ${bytes(size)}${packed}${truncated ? ', not all of it loaded' : ''}`;
}

/** `Order`: the whole name stands beside it where there is room. */
const nameOf = ({ as, type }: DecodedPayload): string => type?.name.split('.').at(-1) ?? formats[as];

interface Props {
  readonly payload: Payload;
  /** its bytes read as a format that does not name itself */
  readonly decoded?: DecodedPayload | null;
  /** asks for all of it; null where all there is to have is here */
  readonly onWhole: (() => void) | null;
  readonly busy?: boolean;
}

/** A payload as a person reads it, and as the bytes it is. */
export function PayloadView({ payload, decoded = null, onWhole, busy = false }: Props) {
  const styles = useStyles2(getStyles);
  const [wanted, setWanted] = useState<View | null>(null);
  const views = viewsOf(payload, decoded);
  const view = wanted !== null && views.includes(wanted) ? wanted : views[0];
  if (view === undefined) return <Quiet>{payload.note ?? 'The payload is empty.'}</Quiet>;
  const content = contentOf(payload, decoded, view);
  const labelOf = (of: View) => (of === 'decoded' ? (decoded ? nameOf(decoded) : '') : labels[of]);
  return (
    <section aria-label="Payload" className={styles.whole}>
      <Row>
        <RadioButtonGroup
          size="sm"
          aria-label="Show the payload as"
          options={views.map((value) => ({ value, label: labelOf(value) }))}
          value={view}
          onChange={setWanted}
        />
        <ClipboardButton
          size="sm"
          variant="secondary"
          fill="text"
          icon="copy"
          getText={() => copyOf(payload, decoded, view)}
        >
          {payload.truncated ? 'Copy this part' : 'Copy'}
        </ClipboardButton>
        {payload.truncated && onWhole && (
          <Button size="sm" variant="secondary" icon="arrow-down" onClick={onWhole}>
            Load whole ({bytes(payload.decodedSize)})
          </Button>
        )}
        <Quiet>{payload.truncated && busy ? 'Loading the rest' : describe(payload)}</Quiet>
      </Row>
      {payload.note && <Alert severity="info" title={payload.note} />}
      {decoded && <Reading decoded={decoded} shown={view === 'decoded'} />}
      {view === 'hex' && payload.unwrapped.length > 0 && (
        <Quiet>The bytes as stored, {payload.unwrapped.join(', ')} included.</Quiet>
      )}
      {view === 'hex' ? <HexDump base64={payload.base64 ?? ''} /> : <pre className={styles.code}>{content}</pre>}
    </section>
  );
}

/** What has to be said of how bytes were read. */
function Reading({ decoded, shown }: { readonly decoded: DecodedPayload; readonly shown: boolean }) {
  return (
    <>
      {decoded.note && <Alert severity={decoded.text === null ? 'warning' : 'info'} title={decoded.note} />}
      {shown && decoded.truncated && <Quiet>The beginning of it; load the whole for the rest.</Quiet>}
    </>
  );
}

function copyOf({ text, base64 }: Payload, decoded: DecodedPayload | null, view: View): string {
  if (view === 'decoded') return decoded?.text ?? '';
  if (view === 'hex') return hexText(hexRows(fromBase64(base64 ?? '')));
  return (view === 'base64' ? base64 : text) ?? '';
}

function contentOf({ text: stored, base64 }: Payload, decoded: DecodedPayload | null, view: View) {
  const text = view === 'decoded' ? (decoded?.text ?? null) : stored;
  if (view === 'base64') return (base64 ?? '').replace(/(.{76})/g, '$1\n');
  if (view !== 'json' && view !== 'decoded') return text ?? '';
  const tokens = prettyTokens(text ?? '');
  return tokens.length > maxColoured ? tokens.map((token) => token.text).join('') : <Coloured tokens={tokens} />;
}

function Coloured({ tokens }: { tokens: readonly Token[] }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {tokens.map((token, i) =>
        token.kind === 'mark' ? (
          token.text
        ) : (
          <span key={i} className={styles[token.kind]}>
            {token.text}
          </span>
        ),
      )}
    </>
  );
}

function HexDump({ base64 }: { base64: string }) {
  const styles = useStyles2(getStyles);
  const [all, setAll] = useState(false);
  const stored = fromBase64(base64);
  const rows = hexRows(stored, all ? undefined : firstRows);
  const hidden = Math.ceil(stored.length / 16) - rows.length;
  return (
    <>
      <pre className={cx(styles.code, styles.hex)} aria-label="Hex dump" tabIndex={0}>
        {rows.map((row) => (
          <div key={row.offset}>
            <span className={styles.dim}>{row.offset}</span> {row.hex}{' '}
            <span className={styles.string}>{row.ascii}</span>
          </div>
        ))}
      </pre>
      {hidden > 0 && (
        <Button size="sm" variant="secondary" fill="text" onClick={() => setAll(true)}>
          Show {hidden} more rows
        </Button>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  whole: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
  code: css({
    margin: 0,
    padding: theme.spacing(1),
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: 1.5,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    background: theme.colors.background.canvas,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.primary,
  }),
  hex: css({ whiteSpace: 'pre', overflow: 'auto', maxHeight: '60vh' }),
  dim: css({ color: theme.colors.text.disabled }),
  key: css({ color: theme.colors.text.link }),
  string: css({ color: theme.colors.success.text }),
  number: css({ color: theme.colors.warning.text }),
  literal: css({ color: theme.colors.error.text }),
});

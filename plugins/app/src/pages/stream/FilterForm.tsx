import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';
import { Row } from '../../components/parts';
import { time } from '../../format';
import { filterToUrl, instantOf, isNarrowed, type Direction, type Filter, type From } from './filter';

const starts: { label: string; value: From; description: string }[] = [
  { label: 'Newest', value: 'newest', description: 'From the last message back' },
  { label: 'Oldest', value: 'oldest', description: 'From the first message on' },
  { label: 'Sequence', value: 'seq', description: 'From one sequence, in either direction' },
  { label: 'Time', value: 'time', description: 'From a moment, in either direction' },
];
const directions: { label: string; value: Direction }[] = [
  { label: 'and older', value: 'older' },
  { label: 'and newer', value: 'newer' },
];
type TextKey = 'subject' | 'text' | 'header' | 'regex' | 'jsonPath';
const always: [TextKey, string, string][] = [
  ['subject', 'Subject', 'orders.*.eu or orders.>'],
  ['text', 'Text in the payload', 'o-0001234'],
];
const more: [TextKey, string, string][] = [
  ['header', 'Header', 'Content-Type: *json*'],
  ['regex', 'Regular expression (RE2)', '"total":\\s*9\\d\\d'],
  ['jsonPath', 'JSON path', '$.customer.city == "Osaka"'],
];

const shownTime = (filter: Filter) => (filter.time === '' ? '' : time(filter.time));

interface Props {
  /** the same object as long as it is the same filter */
  readonly filter: Filter;
  /** of the request that ran with this filter: faults stand beside the fields they are about */
  readonly error: unknown;
  readonly onApply: (url: Record<string, string | null>) => void;
}

/** What to look for. Nothing runs until Enter or the button: a search reads from a production server. */
export function FilterForm({ filter, error, onApply }: Props) {
  const styles = useStyles2(getStyles);
  const [known, setKnown] = useState(filter);
  const [draft, setDraft] = useState(filter);
  const [when, setWhen] = useState(shownTime(filter));
  const [open, setOpen] = useState(more.some(([key]) => filter[key] !== ''));
  const [fault, setFault] = useState<{ seq?: string; time?: string }>({});
  // Another way led here (back, a link, Clear): the form shows what is in the URL.
  if (known !== filter) {
    setKnown(filter);
    setDraft(filter);
    setWhen(shownTime(filter));
    setFault({});
  }
  const set = (changes: Partial<Filter>) => setDraft((before) => ({ ...before, ...changes }));

  const apply = (next: Filter) => {
    if (next.from === 'seq' && !/^[1-9]\d*$/.test(next.seq.trim())) {
      setFault({ seq: 'A whole number from 1 up' });
      return;
    }
    const instant = next.from !== 'time' || when === shownTime(filter) ? filter.time : instantOf(when);
    if (next.from === 'time' && !instant) {
      setFault({ time: 'A time such as 2026-01-31 14:00, or now-15m' });
      return;
    }
    setFault({});
    onApply(filterToUrl({ ...next, time: instant ?? '' }));
  };
  const field = ([key, label, placeholder]: [TextKey, string, string]) => (
    <Field key={key} label={label} className={styles.field} {...fieldFault(error, `query.${key}`)}>
      <Input
        id={`filter-${key}`}
        data-search={key === 'text' || undefined}
        placeholder={placeholder}
        value={draft[key]}
        spellCheck={false}
        onChange={(event) => set({ [key]: event.currentTarget.value })}
      />
    </Field>
  );
  const jump = draft.from === 'seq' || draft.from === 'time';
  return (
    <form
      aria-label="Which messages"
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        apply(draft);
      }}
    >
      <Row>
        <RadioButtonGroup
          size="sm"
          aria-label="Start at"
          options={starts}
          value={draft.from}
          onChange={(from) => {
            set({ from });
            // The two ends say all there is to say.
            if (from === 'newest' || from === 'oldest') apply({ ...draft, from });
          }}
        />
        {draft.from === 'seq' && (
          <Field noMargin {...seqFault(error, fault.seq)}>
            <Input
              aria-label="Sequence"
              autoFocus
              width={16}
              inputMode="numeric"
              placeholder="12345"
              value={draft.seq}
              onChange={(event) => set({ seq: event.currentTarget.value })}
            />
          </Field>
        )}
        {draft.from === 'time' && (
          <Field noMargin {...timeFault(error, fault.time)}>
            <Input
              aria-label="Time"
              autoFocus
              width={28}
              placeholder="2026-01-31 14:00 or now-15m"
              value={when}
              onChange={(event) => setWhen(event.currentTarget.value)}
            />
          </Field>
        )}
        {jump && (
          <RadioButtonGroup
            size="sm"
            aria-label="Direction"
            options={directions}
            value={draft.direction}
            onChange={(direction) => set({ direction })}
          />
        )}
      </Row>
      <div className={styles.fields}>{[...always, ...(open ? more : [])].map(field)}</div>
      <Row>
        <Button type="submit" size="sm" icon="search">
          Look
        </Button>
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          icon={open ? 'angle-up' : 'angle-down'}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Fewer filters' : 'Header, regular expression, JSON path'}
        </Button>
        {(isNarrowed(filter) || filter.from !== 'newest') && (
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            icon="times"
            onClick={() => onApply(Object.fromEntries(Object.keys(filterToUrl(filter)).map((key) => [key, null])))}
          >
            Clear
          </Button>
        )}
      </Row>
    </form>
  );
}

const merged = (own: string | undefined, server: { invalid: boolean; error: string | undefined }) =>
  own === undefined ? server : { invalid: true, error: own };
const seqFault = (error: unknown, own?: string) => merged(own, fieldFault(error, 'query.seq'));
const timeFault = (error: unknown, own?: string) => merged(own, fieldFault(error, 'query.time'));

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(1.5),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  fields: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 260px), 1fr))',
  }),
  field: css({ margin: 0 }),
});

import { getTimeZone, type TimeZone } from '@grafana/data';
import { useCallback, useEffect } from 'react';
import { lastHour, type ChartRange } from '../charts';
import { useUrl } from '../useUrl';
import { isLastHour, rangeOf } from './range';

const key = 'natsconsole.range';
const nothing: Partial<Chosen> = {};

interface Chosen extends ChartRange {
  readonly timezone?: string;
}

/** The last hour is what a page is about without a word, so it is not kept. */
function remember({ from, to, timezone }: Chosen): void {
  if (isLastHour({ from, to }) && timezone === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, [from, to, timezone ?? ''].join(' '));
}

/** What was chosen last in this tab, or came by a link: pages that are opened from the menu go on with it. */
function remembered(): Chosen | null {
  const [from, to, timezone] = (sessionStorage.getItem(key) ?? '').split(' ');
  const range = rangeOf(from, to);
  return range && { ...range, ...(timezone && { timezone }) };
}

/** Whether a URL without a range would show a colleague something else than what is shown here. */
const isUntold = (kept: Chosen, zoneInUrl: string | undefined): boolean =>
  !isLastHour(kept) || (kept.timezone !== undefined && zoneInUrl === undefined);

export interface RangeState {
  readonly range: ChartRange;
  readonly timeZone: TimeZone;
  readonly setRange: (range: ChartRange) => void;
  readonly setTimeZone: (timeZone: TimeZone) => void;
}

/** The time that a page's charts are about. It stands in the URL, except the last hour, which is meant without it. */
export function useRange(): RangeState {
  const { get, set } = useUrl();
  const inUrl = rangeOf(get('from'), get('to'));
  const kept = inUrl === null ? remembered() : null;
  const range = inUrl ?? kept ?? lastHour;
  const timezone = get('timezone') ?? kept?.timezone;
  const choose = useCallback(
    (next: ChartRange, zone: string | undefined, replace: boolean) => {
      const usual = isLastHour(next);
      remember({ ...next, ...(zone !== undefined && { timezone: zone }) });
      set({ from: usual ? null : next.from, to: usual ? null : next.to, timezone: zone }, replace);
    },
    [set],
  );
  const linked = inUrl === null ? nothing : { ...inUrl, timezone: get('timezone') };
  useEffect(() => {
    if (linked.from !== undefined && linked.to !== undefined)
      remember({ from: linked.from, to: linked.to, ...(linked.timezone && { timezone: linked.timezone }) });
  }, [linked.from, linked.to, linked.timezone]);
  const { from, to, timezone: zone } = kept !== null && isUntold(kept, get('timezone')) ? kept : nothing;
  useEffect(() => {
    if (from !== undefined && to !== undefined) choose({ from, to }, zone, true);
  }, [from, to, zone, choose]);
  return {
    range,
    timeZone: timezone ?? getTimeZone(),
    setRange: (next) => choose(next, timezone, false),
    setTimeZone: (next) => choose(range, next, true),
  };
}

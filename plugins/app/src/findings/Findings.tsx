import { FindingList } from './FindingList';
import { grouped, type Place } from './grouping';
import { SilencedFindings } from './silence/SilencedFindings';
import { useFindings } from './useFindings';

/** More would push what the page is about out of sight. */
const open = 3;

/** What is found about the thing that a page shows. Without findings, and where they cannot be had, it shows nothing. */
export function FindingsHere({ place }: { place: Place }) {
  const { findings, silenced, now } = useFindings(place);
  const groups = grouped(findings);
  if (groups.length === 0 && silenced.length === 0) return null;
  return (
    <section aria-label="Findings">
      <FindingList groups={groups.slice(0, open)} now={now} />
      {groups.length > open && (
        <details>
          <summary>{groups.length - open} more</summary>
          <FindingList groups={groups.slice(open)} now={now} />
        </details>
      )}
      <SilencedFindings findings={silenced} now={now} />
    </section>
  );
}

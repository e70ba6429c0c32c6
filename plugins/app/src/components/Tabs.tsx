import { css } from '@emotion/css';
import { Tab, TabsBar } from '@grafana/ui';

/** On narrow screens they stand in several lines: what is scrolled out of sight is not found. */
const wrapping = css({ '[role=tablist]': { flexWrap: 'wrap' } });

interface Props<T extends string> {
  readonly tabs: readonly (readonly [id: T, label: string])[];
  readonly active: T;
  readonly onGo: (id: T) => void;
}

/** Tabs whose choice stands in the URL. */
export function Tabs<T extends string>({ tabs, active, onGo }: Props<T>) {
  return (
    <TabsBar className={wrapping}>
      {tabs.map(([id, label]) => (
        <Tab key={id} label={label} active={active === id} onChangeTab={() => onGo(id)} />
      ))}
    </TabsBar>
  );
}

import { Tab, TabsBar } from '@grafana/ui';

interface Props<T extends string> {
  readonly tabs: readonly (readonly [id: T, label: string])[];
  readonly active: T;
  readonly onGo: (id: T) => void;
}

/** Tabs whose choice stands in the URL. */
export function Tabs<T extends string>({ tabs, active, onGo }: Props<T>) {
  return (
    <TabsBar>
      {tabs.map(([id, label]) => (
        <Tab key={id} label={label} active={active === id} onChangeTab={() => onGo(id)} />
      ))}
    </TabsBar>
  );
}

import { Stack } from '@grafana/ui';
import type { ReactNode } from 'react';

/** Fields side by side, below each other where there is no room. */
export const EditorRow = ({ children }: { children: ReactNode }) => (
  <Stack direction="row" wrap="wrap" gap={0.5} alignItems="flex-start">
    {children}
  </Stack>
);

// @vitest-environment happy-dom
import '../test/dom';
import { querySpec } from '@jetstream-console/contract';
import { render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { missingIn } from '../query/missing';
import { user } from '../test/dom';
import { stage } from '../test/grafana';
import { examples } from './examples';
import { QueryHelp } from './QueryHelp';

it.each(examples.map((example) => [example.title, example.spec] as const))(
  'the example “%s” runs as it stands',
  (_, spec) => {
    expect(querySpec.safeParse(spec).error).toBeUndefined();
    expect(missingIn(spec)).toBeNull();
  },
);

it('an example is taken at a click', async () => {
  const onClickExample = vi.fn();
  const { datasource } = stage();
  render(
    <QueryHelp
      datasource={datasource}
      query={{ refId: 'A', v: 1, spec: { kind: 'events' } }}
      onClickExample={onClickExample}
    />,
  );
  await user().click(screen.getByRole('button', { name: 'Which consumers are behind?' }));
  expect(onClickExample).toHaveBeenCalledWith({
    refId: 'A',
    v: 1,
    spec: expect.objectContaining({ metric: 'lag' }),
  });
});

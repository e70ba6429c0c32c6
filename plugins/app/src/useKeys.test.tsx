// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { showAlone } from './testing/show';
import { useKeys } from './useKeys';

function Page({ said }: { said: string[] }) {
  useKeys({ j: () => said.push('j') });
  return (
    <>
      <input aria-label="text" />
      <input type="radio" aria-label="choice" />
      <button type="button">button</button>
    </>
  );
}

describe('keys of the page', () => {
  it.each([
    ['choice', 'j', ['j']],
    ['button', 'j', ['j']],
    ['text', 'j', []],
    ['button', '{Control>}j{/Control}', []],
    ['button', 'x', []],
  ])('on the %s, %s: %j', async (name, key, expected) => {
    const said: string[] = [];
    const user = showAlone(<Page said={said} />);
    await user.click(name === 'button' ? screen.getByRole('button') : screen.getByLabelText(name));
    await user.keyboard(key);
    expect(said).toEqual(expected);
  });
});

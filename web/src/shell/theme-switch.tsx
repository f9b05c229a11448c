import { useState } from 'react';

type Theme = 'system' | 'light' | 'dark';

const key = 'plimsoll-theme';

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(() => themeOf(document.documentElement.dataset.theme));
  const choose = (next: Theme): void => {
    setTheme(next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === 'system') localStorage.removeItem(key);
      else localStorage.setItem(key, next);
    } catch {
      // Without storage it holds until the page is left.
    }
  };
  return (
    <label className="theme">
      <span className="unseen">Theme</span>
      <select value={theme} onChange={(event) => choose(themeOf(event.target.value))} className="input is-small">
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

function themeOf(text: string | undefined): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}

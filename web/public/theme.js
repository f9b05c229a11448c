// Before the first paint, so that a chosen theme does not flash. A file of its own: inline scripts are not allowed.
try {
  const theme = localStorage.getItem('plimsoll-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme holds.
}

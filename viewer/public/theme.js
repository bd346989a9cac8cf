// Applies a chosen theme before the first paint; without one, the system's counts. src/page/theme.ts changes it later.
try {
  const theme = localStorage.getItem('tailcast.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}

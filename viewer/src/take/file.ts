/** Hands the reader a text as a file. It goes nowhere else. */

/** A part of the file at a time, so that no text is as long as the file. */
export function saveFile(parts: readonly string[], name: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it before the next task that waits so long.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

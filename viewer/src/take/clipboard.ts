/** Puts text on the clipboard, also on a page without TLS, where browsers withhold their newer interface. */

/** Returns whether it is there. To be called while the reader's click or key is handled. */
export async function copyText(text: string): Promise<boolean> {
  if (!isSecureContext) return copyByEvent(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByEvent(text);
  }
}

function copyByEvent(text: string): boolean {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener('copy', put, { capture: true, once: true });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is nothing else where the page came without TLS
  const isDone = document.execCommand('copy');
  removeEventListener('copy', put, { capture: true });
  return isDone;
}
